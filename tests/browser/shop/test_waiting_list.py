"""The waiting list of a sold-out offer, from the buyer's address to the email that leads back to the offer."""

from playwright.sync_api import expect

from tests.browser.actors import Buyer, Owner
from tests.browser.mailbox import Mailbox
from tests.browser.shop_process import Shop
from tests.mail_server import MailServer


def test_who_waits_for_a_sold_out_offer_is_told_when_it_is_back(
    owner: Owner, buyer: Buyer, shop: Shop, mail_server: MailServer
) -> None:
    address = shop.make_offer(shop.connect_merchant(), title="Evening", slug="evening", stock=1, waiting_list=True)
    buyer.pay(address)
    buyer.expect_thank_you_page()
    page = buyer.page
    page.goto(address)
    expect(page.get_by_role("heading", name="Sold out")).to_be_visible()
    page.get_by_label("Email").fill("lesia@")
    page.get_by_role("button", name="Tell me when it’s back").click()
    expect(page.get_by_label("Email")).to_have_attribute("aria-invalid", "true")
    page.get_by_label("Email").fill("lesia@example.com")
    page.get_by_role("button", name="Tell me when it’s back").click()
    expect(page.get_by_role("status")).to_have_text("We’ll email lesia@example.com when it’s back.")
    owner.open(f"/admin/offers/{shop.offers()[0].id}")
    expect(owner.page.get_by_text("1 person is waiting.")).to_be_visible()
    owner.page.get_by_label("Stock").fill("2")
    owner.page.get_by_role("button", name="Save").click()
    expect(owner.page.get_by_role("status").first).to_be_visible()
    page.goto(Mailbox(mail_server, "lesia@example.com").link("Available again", "Evening"))
    expect(page.get_by_text("1 left")).to_be_visible()
