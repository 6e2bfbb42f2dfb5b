"""An abandoned checkout of a company, from the declined card to the payment by the link that the owner sends."""

from playwright.sync_api import expect

from tests.browser.actors import Buyer, Owner
from tests.browser.mailbox import Mailbox
from tests.browser.shop_process import Shop
from tests.cards import GOOD, INSUFFICIENT_FUNDS
from tests.mail_server import MailServer


def test_the_owner_sends_a_payment_link_and_the_company_pays(
    owner: Owner, buyer: Buyer, shop: Shop, mail_server: MailServer
) -> None:
    address = shop.make_offer(shop.connect_merchant(), title="Clay week", asks_country=True, asks_company=True)
    page = buyer.page
    buyer.open(address)
    buyer.fill_contact("farben@example.com")
    buyer.type_card(INSUFFICIENT_FUNDS)
    page.get_by_label("Company").fill("Farben GmbH")
    page.get_by_label("VAT ID").fill("DE1")
    buyer.press_pay()
    expect(page.get_by_label("Country")).to_be_focused()
    page.get_by_label("Country").select_option("DE")
    buyer.press_pay()
    expect(page.get_by_label("VAT ID")).to_have_accessible_description("Check this VAT ID, or leave it blank.")
    page.get_by_label("VAT ID").fill("136695976")
    buyer.reload()
    expect(page.get_by_label("Country")).to_have_value("DE")
    expect(page.get_by_label("Company")).to_have_value("Farben GmbH")
    buyer.type_card(INSUFFICIENT_FUNDS)
    buyer.press_pay()
    expect(buyer.alert).not_to_be_empty()

    owner.open("/admin/orders")
    owner.page.get_by_role("link", name="Abandoned checkouts").click()
    row = owner.page.get_by_role("row").filter(has_text="farben@example.com")
    expect(row).to_contain_text("€19.99")
    row.get_by_role("button", name="Send payment link").click()
    expect(owner.page.get_by_role("status").first).to_contain_text("Payment link sent to farben@example.com.")

    page.goto(Mailbox(mail_server, "farben@example.com").link("Your payment link", "Clay week"))
    buyer.type_card(GOOD)
    buyer.press_pay()
    buyer.expect_thank_you_page()
    expect(page.get_by_text("DE136695976")).to_be_visible()
    owner.open("/admin/orders/abandoned")
    expect(owner.page.get_by_text("No abandoned checkouts.")).to_be_visible()
