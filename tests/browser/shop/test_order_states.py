"""The order's page shows the status; an order that can no longer be paid links to the offer."""

from playwright.sync_api import expect

from storefront.models import Order, Payment
from tests.browser.actors import Buyer
from tests.browser.screens import fits_all_screens, on_a_phone
from tests.browser.shop_process import Shop
from tests.browser.stripe_choice import SimulatedStripe
from tests.cards import DECLINED, GOOD

AFTER_PAYING = {
    "refunded": "This order was refunded.",
    "partially_refunded": "This order was partially refunded.",
    "disputed": "This payment is disputed through your bank.",
}
NEVER_PAID = {
    "failed": "This order can no longer be paid. You haven’t been charged.",
    "expired": "This order has expired. You haven’t been charged.",
}


@on_a_phone
def test_the_page_of_a_paid_order_shows_refunds_and_disputes(buyer: Buyer, address: str, shop: Shop) -> None:
    buyer.pay(address)
    buyer.expect_thank_you_page()
    thanks = buyer.page.url
    for status, words in AFTER_PAYING.items():
        shop.change(Order, status=status)
        buyer.page.goto(thanks)
        expect(buyer.page.get_by_text(words)).to_be_visible()
        expect(buyer.page.locator("main")).to_have_attribute("data-status", status)
        expect(buyer.page.get_by_role("link", name="Try again")).to_have_count(0)
        expect(buyer.page.get_by_role("link", name="Order again")).to_have_count(0)
        assert fits_all_screens(buyer.page)


@on_a_phone
def test_an_order_that_was_never_paid_can_be_ordered_again(
    buyer: Buyer, address: str, shop: Shop, stripe: SimulatedStripe
) -> None:
    buyer.pay(address, DECLINED)
    buyer.expect_alert("Your bank declined this card.")
    shop.change(Payment, status="canceled")
    for status, words in NEVER_PAID.items():
        shop.change(Order, status=status)
        # Pressing Pay on a page that was open before shows the same message.
        buyer.press_pay()
        expect(buyer.page.get_by_text(words)).to_be_visible()
        buyer.page.go_back()
        buyer.fill_contact()
        buyer.type_card(GOOD)
    buyer.press_pay()
    buyer.page.get_by_role("link", name="Order again").click()
    buyer.fill_contact()
    buyer.type_card(GOOD)
    buyer.press_pay()
    buyer.expect_thank_you_page()
    assert [order.status for order in shop.orders()] == ["expired", "paid"] and stripe.paid() == [1999]
