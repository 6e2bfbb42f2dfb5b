"""Add-ons from the owner's form to the customer's order."""

from playwright.sync_api import expect

from storefront.offers import AddonFields
from tests.browser.actors import Buyer, Owner
from tests.browser.shop_process import Shop
from tests.cards import GOOD


def test_a_customer_ticks_an_add_on_and_sees_the_new_total(owner: Owner, buyer: Buyer, shop: Shop) -> None:
    shop.make_offer(shop.connect_merchant(), price="12.00", title="Club", slug="club", kind="recurring")
    page = owner.page
    owner.open(f"/admin/offers/{shop.offers()[0].id}")
    page.get_by_role("button", name="Add add-on").click()
    row = page.get_by_role("group", name="Add-on 1")
    expect(row.get_by_label("Title")).to_be_focused()
    row.get_by_label("Title").fill("Welcome box")
    row.get_by_label("Price", exact=True).fill("9")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status")).to_contain_text("Saved")

    buyer.open(f"{shop.url}/o/club")
    expect(buyer.pay_button).to_have_text("Subscribe for €12.00 / month")
    box = buyer.page.get_by_label("Welcome box")
    box.check()
    expect(buyer.page.locator("#price-summary")).to_contain_text("Welcome box€9.00")
    expect(buyer.pay_button).to_contain_text("€21.00")
    box.uncheck()
    expect(buyer.pay_button).to_have_text("Subscribe for €12.00 / month")
    box.check()
    expect(buyer.pay_button).to_contain_text("€21.00")
    buyer.fill_contact()
    buyer.type_card(GOOD)
    buyer.press_pay()
    buyer.expect_thank_you_page()
    expect(buyer.page.locator("main")).to_contain_text("Welcome box€9.00")
    (order,) = shop.orders()
    assert (order.amount, order.recurring_total.amount, order.status) == (2100, 1200, "paid")


def test_a_free_trial_begins_with_an_add_on_that_is_paid_today(buyer: Buyer, shop: Shop) -> None:
    addons = (AddonFields("addons-0", "Welcome box", "9.00"),)
    buyer.open(shop.make_offer(shop.connect_merchant(), "12.00", kind="recurring", trial_days=14, addons=addons))
    expect(buyer.pay_button).to_have_text("Start trial")
    buyer.page.get_by_label("Welcome box").check()
    expect(buyer.pay_button).to_have_text("Start trial: €9.00 today")
    buyer.fill_contact()
    buyer.type_card(GOOD)
    buyer.press_pay()
    buyer.expect_thank_you_page()
    expect(buyer.page.locator("main")).to_contain_text("Payment received. Your free trial has started.")
    expect(buyer.page.locator("main")).to_contain_text("€12.00 on")
    (order,) = shop.orders()
    assert (order.amount, order.status) == (900, "paid")
