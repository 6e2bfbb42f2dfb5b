"""3-D Secure checks that are left open, finished in another tab, or followed by a decline."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from storefront.models import Order, Payment, now
from tests.browser.actors import Buyer
from tests.browser.screens import on_a_phone
from tests.browser.shop_process import Shop
from tests.browser.stripe_choice import SimulatedStripe
from tests.cards import ASKS, ASKS_THEN_DECLINES, GOOD, SLOW_SUCCEEDS

UNPAID = "Payment not completed. You haven’t been charged."


@on_a_phone
def test_a_check_open_for_an_hour_can_still_be_passed(
    buyer: Buyer, address: str, shop: Shop, stripe: SimulatedStripe
) -> None:
    buyer.pay(address, ASKS)
    buyer.bank_button("authorize").wait_for()
    an_hour_ago = now() - timedelta(hours=1)
    shop.change(Order, created_at=an_hour_ago)
    shop.change(Payment, created_at=an_hour_ago, touched_at=an_hour_ago)
    shop.flask("reconcile")
    meanwhile = Buyer(buyer.page.context.new_page())
    meanwhile.page.goto(f"{shop.url}/orders/{shop.orders()[0].token}")
    expect(meanwhile.page.get_by_text(UNPAID)).to_be_visible()
    expect(meanwhile.page.get_by_text("bank hasn’t confirmed the payment yet")).to_be_visible()
    expect(meanwhile.page.get_by_role("link", name="Try again")).to_be_visible()
    buyer.answer_challenge("authorize")
    buyer.expect_thank_you_page()
    meanwhile.page.reload()
    meanwhile.expect_thank_you_page()
    assert stripe.paid() == [1999]


def test_an_open_check_can_be_finished_in_another_tab(
    buyer: Buyer, address: str, shop: Shop, stripe: SimulatedStripe
) -> None:
    buyer.pay(address, ASKS)
    buyer.bank_button("authorize").wait_for()
    other = Buyer(buyer.page.context.new_page())
    other.page.goto(f"{shop.url}/orders/{shop.orders()[0].token}")
    other.page.get_by_role("link", name="Try again").click()
    other.type_card(ASKS)
    other.press_pay()
    other.answer_challenge("authorize")
    other.expect_thank_you_page()
    # Failing it now has no effect: the first tab shows that it is paid.
    buyer.answer_challenge("fail")
    buyer.expect_thank_you_page()
    assert stripe.paid() == [1999] and len(shop.payments()) == 1


@on_a_phone
def test_a_card_declined_after_its_check_shows_a_message_on_both_pages(buyer: Buyer, address: str, shop: Shop) -> None:
    buyer.pay(address, ASKS_THEN_DECLINES)
    buyer.answer_challenge("authorize")
    buyer.expect_alert(f"Your bank declined this card. Try a different card, or contact your bank. {UNPAID}")
    buyer.type_card("4000008260003178")
    buyer.press_pay()
    buyer.answer_challenge("authorize")
    buyer.expect_alert(f"Insufficient funds. Try a different card. {UNPAID}")
    buyer.page.goto(f"{shop.url}/orders/{shop.orders()[0].token}")
    expect(buyer.page.get_by_text(UNPAID)).to_be_visible()
    expect(buyer.page.get_by_text("Insufficient funds.")).to_be_visible()
    buyer.page.get_by_role("link", name="Try again").click()
    buyer.type_card(GOOD)
    buyer.press_pay()
    buyer.expect_thank_you_page()
    assert [order.status for order in shop.orders()] == ["paid"] and len(shop.payments()) == 1


@pytest.mark.parametrize("outcome", ["fail", "close"])
def test_an_unfinished_check_is_shown_on_the_orders_page(buyer: Buyer, address: str, shop: Shop, outcome: str) -> None:
    buyer.pay(address, ASKS)
    buyer.answer_challenge(outcome)
    buyer.expect_alert(UNPAID)
    buyer.page.goto(f"{shop.url}/orders/{shop.orders()[0].token}")
    expect(buyer.page.get_by_text(UNPAID)).to_be_visible()
    expect(buyer.page.get_by_text("couldn’t verify the payment")).to_be_visible()
    buyer.page.get_by_role("link", name="Try again").click()
    buyer.type_card(ASKS)
    buyer.press_pay()
    buyer.answer_challenge("authorize")
    buyer.expect_thank_you_page()


def test_a_processing_payment_is_polled(buyer: Buyer, address: str, shop: Shop, stripe: SimulatedStripe) -> None:
    buyer.pay(address, SLOW_SUCCEEDS)
    expect(buyer.page.get_by_text("Your bank is processing this payment.")).to_be_visible()
    expect(buyer.page.get_by_role("link", name="Try again")).to_have_count(0)
    stripe.advance()
    buyer.expect_thank_you_page()
    assert stripe.paid() == [1999]
