"""An order's own page says calmly and truly how it stands, and what cannot be paid any more can be ordered again."""

from playwright.sync_api import expect

from storefront.models import Order, Payment
from tests.browser.people import Buyer
from tests.browser.screens import on_both_screens
from tests.browser.shop import Shop
from tests.browser.which_stripe import SimulatedStripe

AFTER_PAYING = {
    "refunded": "This order was paid, and its money was given back.",
    "partially_refunded": "This order was paid, and a part of its money was given back.",
    "disputed": "This order was paid, and its payment is disputed at the bank.",
}
NEVER_PAID = {
    "failed": "This order can’t be paid any more, nothing was charged.",
    "expired": "This order has expired, nothing was charged.",
}


@on_both_screens
def test_what_became_of_a_paid_order(buyer: Buyer, address: str, shop: Shop) -> None:
    buyer.pay(address)
    buyer.stands_on_the_thank_you_page()
    thanks = buyer.page.url
    for status, words in AFTER_PAYING.items():
        shop.change(Order, status=status)
        buyer.page.goto(thanks)
        expect(buyer.page.get_by_text(words)).to_be_visible()
        expect(buyer.page.locator("main")).to_have_attribute("data-status", status)
        expect(buyer.page.get_by_role("link", name="Try again")).to_have_count(0)
        expect(buyer.page.get_by_role("link", name="Order again")).to_have_count(0)
        assert buyer.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


@on_both_screens
def test_what_was_never_paid_is_ordered_again(buyer: Buyer, address: str, shop: Shop, stripe: SimulatedStripe) -> None:
    buyer.pay(address, "4000000000000002")
    buyer.reads("Your bank declined this card.")
    shop.change(Payment, status="canceled")
    for status, words in NEVER_PAID.items():
        shop.change(Order, status=status)
        # Pressed once more on the page that stood open meanwhile, it leads to the same words.
        buyer.press_pay()
        expect(buyer.page.get_by_text(words)).to_be_visible(timeout=15_000)
        buyer.page.go_back()
        buyer.introduce_himself()
        buyer.type_card("4242424242424242")
    buyer.press_pay()
    buyer.page.get_by_role("link", name="Order again").click()
    buyer.introduce_himself()
    buyer.type_card("4242424242424242")
    buyer.press_pay()
    buyer.stands_on_the_thank_you_page()
    assert [order.status for order in shop.orders()] == ["expired", "paid"] and stripe.paid() == [1999]
