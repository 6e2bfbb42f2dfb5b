"""Questions of an offer, from its form to the order: the owner asks, the buyer answers and pays."""

from playwright.sync_api import expect

from tests.browser.actors import Buyer, Owner
from tests.browser.shop_process import Shop
from tests.cards import GOOD


def test_the_owner_asks_and_the_buyer_answers(owner: Owner, shop: Shop) -> None:
    address = shop.make_offer(shop.connect_merchant(), slug="evening")
    offer_id = shop.offers()[0].id
    page = owner.page
    owner.open(f"/admin/offers/{offer_id}")
    page.get_by_label("Title", exact=True).fill("Evening with paint")
    add = page.get_by_role("button", name="Add question")
    add.click()
    expect(page.get_by_label("Question", exact=True)).to_be_focused()
    page.keyboard.type("Phone")
    page.get_by_label("Type").select_option(label="Phone")
    expect(page.get_by_label("Choices")).to_be_hidden()
    add.click()
    expect(page.get_by_label("Question", exact=True)).to_have_count(2)
    expect(page.get_by_label("Question", exact=True).last).to_be_focused()
    page.keyboard.type("Size of your apron")
    page.get_by_label("Type").last.select_option(label="Choice")
    page.get_by_label("Choices").last.fill("Small\nLarge")
    page.get_by_label("Required").last.check()
    page.get_by_role("button", name="Move question 2 up").click()
    expect(page.get_by_label("Question", exact=True).first).to_have_value("Size of your apron")
    add.click()
    page.get_by_role("button", name="Remove question 3").click()
    expect(page.get_by_label("Question", exact=True)).to_have_count(2)
    expect(page.get_by_label("Title", exact=True)).to_have_value("Evening with paint")
    expect(page.locator(".save-state")).to_have_text("Unsaved changes")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status").first).to_be_visible()

    buyer = Buyer(page.context.new_page())
    buyer.open(address)
    buyer.fill_contact()
    buyer.type_card(GOOD)
    size, phone = buyer.page.get_by_label("Size of your apron"), buyer.page.get_by_label("Phone")
    phone.fill("12")
    buyer.press_pay()
    expect(size).to_be_focused()
    expect(size).to_have_accessible_description("Choose an answer.")
    size.select_option("Large")
    expect(size).not_to_have_attribute("aria-invalid", "true")
    buyer.press_pay()
    expect(phone).to_be_focused()
    expect(phone).to_have_accessible_description("Enter a phone number with its country code, like +49 30 1234567.")
    assert shop.orders() == []
    phone.fill("+49 30 123456")
    buyer.reload()
    expect(size).to_have_value("Large")
    expect(phone).to_have_value("+49 30 123456")
    buyer.type_card(GOOD)
    buyer.press_pay()
    buyer.expect_thank_you_page()
    expect(buyer.page.get_by_text("Size of your apron")).to_be_visible()
    owner.open(f"/admin/orders/{shop.orders()[0].token}")
    expect(page.get_by_role("region", name="Answers")).to_contain_text("Large")
