"""Disconnecting a merchant with many open payments: the worker closes them, and can be killed at any point."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from storefront import db, merchants, payments
from storefront.errors import OfferNotPayable
from storefront.merchants.disconnection import FEW_PAYMENTS, GIVE_UP_AFTER
from storefront.models import Merchant, Offer, Order, Payment
from storefront.payments import StartedCheckout
from storefront.worker import tasks
from tests.cards import GOOD
from tests.cast import MARKO
from tests.factories import connect_merchant
from tests.money.in_process_shop import InProcessShop

COUNT = FEW_PAYMENTS + 2


@pytest.fixture
def shop(shared_shop: InProcessShop) -> Iterator[InProcessShop]:
    shared_shop.clear_faults()
    with db.connection():
        yield shared_shop


@pytest.fixture
def offer(shop: InProcessShop) -> Offer:
    return shop.reset()[1]


def start(offer: Offer, visit: str) -> StartedCheckout:
    return payments.start_checkout(Offer.get_by_id(offer.id), replace(MARKO, visit=visit, email=f"{visit}@example.com"))


@pytest.fixture
def begun(offer: Offer) -> list[StartedCheckout]:
    """More open payments than are closed while the owner waits."""
    return [start(offer, f"visit-{number}") for number in range(COUNT)]


def status_at_stripe(shop: InProcessShop, started: StartedCheckout) -> str:
    intent_id = (started.client_secret or "").split("_secret_")[0]
    return str(shop.at_stripe("payment_intent")[intent_id]["status"])


def statuses_at_stripe(shop: InProcessShop) -> set[str]:
    return {intent["status"] for intent in shop.at_stripe("payment_intent").values()}


def test_a_worker_that_is_killed_again_and_again_closes_all_payments(
    shop: InProcessShop, offer: Offer, begun: list[StartedCheckout]
) -> None:
    key = offer.merchant.publishable_key
    assert not merchants.disconnect(Merchant.get())
    shop.confirm(key, begun[0].client_secret or "", GOOD)

    paid = [begun[0]]

    def pays_meanwhile() -> None:
        open_ones = [one for one in begun if status_at_stripe(shop, one) == "requires_payment_method"]
        assert shop.confirm(key, open_ones[0].client_secret or "", GOOD).status_code == 200
        paid.append(open_ones[0])

    shop.schedule_concurrent(COUNT, pays_meanwhile)
    points = 0
    while Merchant.get().is_connected:
        points += 1
        shop.crash_injector.arm(points)
        shop.run(tasks.continue_disconnections)
        shop.crash_injector.disarm()
        assert points < 1000, "the worker does not come to an end"
    assert len(shop.crashes) > 5
    merchant = Merchant.get()
    assert (merchant.secret_key_encrypted, merchant.payments_left_open, merchant.is_disconnecting) == (None, 0, False)
    assert shop.at_stripe("webhook_endpoint") == {}
    assert statuses_at_stripe(shop) == {"succeeded", "canceled"}
    assert len(paid) == 2
    assert {order.id for order in Order.select().where(Order.status == "paid")} == {one.order.id for one in paid}
    assert Payment.select().where(Payment.status == "canceled", Payment.ended_at.is_null(False)).count() == COUNT - 2


def test_while_a_merchant_is_disconnected_no_payment_begins(
    shop: InProcessShop, offer: Offer, begun: list[StartedCheckout]
) -> None:
    assert not merchants.disconnect(Merchant.get())
    Payment.update(ended_at=Payment.created_at).where(Payment.order == begun[0].order).execute()
    for attempt in (
        lambda: start(offer, "a-new-visit"),
        lambda: payments.resume_checkout(Order.get_by_id(begun[0].order.id), "marko@example.com", "Marko"),
    ):
        with pytest.raises(OfferNotPayable) as refused:
            attempt()
        assert refused.value.reason == "merchant_disconnected"
    assert len(shop.at_stripe("payment_intent")) == COUNT
    # Those that were begun before still learn their outcome.
    shop.confirm(Merchant.get().publishable_key, begun[1].client_secret or "", GOOD)
    payments.refresh_order(begun[1].order)
    assert Order.get_by_id(begun[1].order.id).status == "paid"


def test_a_payment_that_begins_at_the_same_time_cannot_be_paid(shop: InProcessShop, offer: Offer) -> None:
    def disconnects() -> None:
        with db.connection():
            assert merchants.disconnect(Merchant.get())

    # While Stripe creates the intent.
    shop.schedule_concurrent(1, disconnects)
    with pytest.raises(OfferNotPayable):
        start(offer, "a-visit")
    assert statuses_at_stripe(shop) == {"canceled"}


def test_while_stripe_does_not_answer_the_worker_tries_again_for_an_hour(
    shop: InProcessShop, begun: list[StartedCheckout]
) -> None:
    assert not merchants.disconnect(Merchant.get())
    shop.control("faults", kind="drop_before", times=10_000)
    tasks.continue_disconnections()
    assert Merchant.get().is_disconnecting
    shop.clear_faults()
    tasks.continue_disconnections()
    assert not Merchant.get().is_connected and statuses_at_stripe(shop) == {"canceled"}


def test_payments_that_stripe_never_closes_are_counted(shop: InProcessShop, begun: list[StartedCheckout]) -> None:
    assert not merchants.disconnect(Merchant.get())
    shop.control("faults", kind="drop_before", times=10_000)
    tasks.continue_disconnections()
    shop.advance_clock(GIVE_UP_AFTER.total_seconds() + 60)
    tasks.continue_disconnections()
    merchant = Merchant.get()
    assert (merchant.is_connected, merchant.payments_left_open) == (False, COUNT)


def test_an_account_that_is_connected_again_meanwhile_stays_connected(
    shop: InProcessShop, offer: Offer, begun: list[StartedCheckout]
) -> None:
    assert not merchants.disconnect(Merchant.get())
    assert connect_merchant().id == offer.merchant_id
    tasks.continue_disconnections()
    merchant = Merchant.get()
    assert merchant.takes_payments and Offer.get().obstacle() is None
    assert statuses_at_stripe(shop) == {"requires_payment_method"}
    assert start(offer, "visit-0").client_secret == begun[0].client_secret
