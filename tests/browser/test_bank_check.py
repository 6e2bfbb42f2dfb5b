"""Around the bank's 3-D Secure check: left open, finished elsewhere, declined after it."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from storefront.models import Order, Payment, now
from tests.browser.people import Buyer
from tests.browser.screens import on_both_screens
from tests.browser.shop import Shop
from tests.browser.which_stripe import SimulatedStripe

UNPAID = "The payment is not made yet, nothing was charged."
ASKS = "4000002760003184"


@on_both_screens
def test_a_check_left_open_for_an_hour_can_still_be_passed(
    buyer: Buyer, address: str, shop: Shop, stripe: SimulatedStripe
) -> None:
    buyer.pay(address, ASKS)
    buyer.bank_button("authorize").wait_for()
    an_hour_ago = now() - timedelta(hours=1)
    shop.change(Order, created_at=an_hour_ago)
    shop.change(Payment, created_at=an_hour_ago, touched_at=an_hour_ago)
    shop.flask("reconcile")
    meanwhile = Buyer(buyer.page.context.new_page(), buyer.frames)
    meanwhile.page.goto(f"{shop.url}/orders/{shop.orders()[0].token}")
    expect(meanwhile.page.get_by_text(UNPAID)).to_be_visible()
    expect(meanwhile.page.get_by_text("bank’s check has not been finished")).to_be_visible()
    expect(meanwhile.page.get_by_role("link", name="Try again")).to_be_visible()
    buyer.answer_the_bank("authorize")
    buyer.stands_on_the_thank_you_page()
    meanwhile.page.reload()
    meanwhile.stands_on_the_thank_you_page()
    assert stripe.paid() == [1999]


def test_a_check_left_open_is_finished_in_another_tab(
    buyer: Buyer, address: str, shop: Shop, stripe: SimulatedStripe
) -> None:
    buyer.pay(address, ASKS)
    buyer.bank_button("authorize").wait_for()
    other = Buyer(buyer.page.context.new_page(), buyer.frames)
    other.page.goto(f"{shop.url}/orders/{shop.orders()[0].token}")
    other.page.get_by_role("link", name="Try again").click()
    other.type_card(ASKS)
    other.press_pay()
    other.answer_the_bank("authorize")
    other.stands_on_the_thank_you_page()
    # Too late to fail: the first tab learns that it is paid.
    buyer.answer_the_bank("fail")
    buyer.stands_on_the_thank_you_page()
    assert stripe.paid() == [1999] and len(shop.payments()) == 1


@on_both_screens
@pytest.mark.live
def test_a_card_declined_after_its_check_is_told_on_page_and_order(buyer: Buyer, address: str, shop: Shop) -> None:
    buyer.pay(address, "4000008400001629")
    buyer.answer_the_bank("authorize")
    buyer.reads(f"Your bank declined this card. Try another card, or ask your bank why. {UNPAID}")
    buyer.type_card("4000008260003178")
    buyer.press_pay()
    buyer.answer_the_bank("authorize")
    buyer.reads(f"There isn’t enough money on this card. Try another card. {UNPAID}")
    buyer.page.goto(f"{shop.url}/orders/{shop.orders()[0].token}")
    expect(buyer.page.get_by_text(UNPAID)).to_be_visible()
    expect(buyer.page.get_by_text("There isn’t enough money on this card.")).to_be_visible()
    buyer.page.get_by_role("link", name="Try again").click()
    buyer.type_card("4242424242424242")
    buyer.press_pay()
    buyer.stands_on_the_thank_you_page()
    assert [order.status for order in shop.orders()] == ["paid"] and len(shop.payments()) == 1


@pytest.mark.parametrize("outcome", ["fail", "close"])
def test_an_unfinished_check_is_told_on_the_orders_page_too(
    buyer: Buyer, address: str, shop: Shop, outcome: str
) -> None:
    buyer.pay(address, ASKS)
    buyer.answer_the_bank(outcome)
    buyer.reads(UNPAID)
    buyer.page.goto(f"{shop.url}/orders/{shop.orders()[0].token}")
    expect(buyer.page.get_by_text(UNPAID)).to_be_visible()
    expect(buyer.page.get_by_text("could not confirm that it is you")).to_be_visible()
    buyer.page.get_by_role("link", name="Try again").click()
    buyer.type_card(ASKS)
    buyer.press_pay()
    buyer.answer_the_bank("authorize")
    buyer.stands_on_the_thank_you_page()


def test_a_bank_that_thinks_is_waited_for(buyer: Buyer, address: str, shop: Shop, stripe: SimulatedStripe) -> None:
    buyer.pay(address, "4000009990000104")
    expect(buyer.page.get_by_text("Your bank is still working on this payment.")).to_be_visible(timeout=15_000)
    expect(buyer.page.get_by_role("link", name="Try again")).to_have_count(0)
    stripe.advance()
    buyer.stands_on_the_thank_you_page()
    assert stripe.paid() == [1999]
