"""Regression tests for bugs in payments that random histories found."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from storefront import db, merchants, payments
from storefront.errors import StripeBroken, StripeUnreachable
from storefront.models import Merchant, Offer, Order, Payment, Refund, WebhookEvent
from storefront.worker import tasks
from tests import databases
from tests.cards import GOOD, SLOW_DECLINES, SLOW_SUCCEEDS
from tests.cast import MARKO
from tests.money import payment_checks
from tests.money.in_process_shop import InProcessShop, in_process_shop


@pytest.fixture
def shop() -> Iterator[InProcessShop]:
    with in_process_shop() as shop, db.connection():
        yield shop


@pytest.fixture
def offer(shop: InProcessShop) -> Offer:
    return shop.reset()[1]


def confirm_card(shop: InProcessShop, started: payments.StartedCheckout, number: str) -> None:
    assert started.client_secret
    shop.confirm(started.order.merchant.publishable_key, started.client_secret, number)


def new_price(offer: Offer, amount: int) -> Offer:
    Offer.update(amount=amount).where(Offer.id == offer.id).execute()
    return Offer.get_by_id(offer.id)


def test_a_processing_payment_keeps_its_order_after_a_price_change(shop: InProcessShop, offer: Offer) -> None:
    started = payments.start_checkout(offer, MARKO)
    confirm_card(shop, started, SLOW_SUCCEEDS)
    again = payments.start_checkout(new_price(offer, 2999), MARKO)
    assert (again.client_secret, again.order.status, again.order.amount) == (None, "processing", 1999)
    shop.control("advance")
    shop.reconcile()
    order = Order.get_by_id(started.order.id)
    assert (order.status, order.amount) == ("paid", 1999)
    assert payment_checks.when_idle(shop.ledger()) == [
        "email 1 (receipt) is waiting",
        "email 2 (owner_sale) is waiting",
    ]


def test_after_a_processing_payment_fails_the_new_price_applies(shop: InProcessShop, offer: Offer) -> None:
    confirm_card(shop, payments.start_checkout(offer, MARKO), SLOW_DECLINES)
    dearer = new_price(offer, 2999)
    payments.start_checkout(dearer, MARKO)
    shop.control("advance")
    started = payments.start_checkout(dearer, MARKO)
    confirm_card(shop, started, GOOD)
    payments.refresh_order(started.order)
    order = Order.get_by_id(started.order.id)
    assert (order.status, order.amount) == ("paid", 2999)
    assert sorted(p.status for p in Payment.select()) == ["canceled", "succeeded"]


def test_an_order_with_a_processing_payment_does_not_expire(shop: InProcessShop, offer: Offer) -> None:
    started = payments.start_checkout(offer, MARKO)
    confirm_card(shop, started, SLOW_SUCCEEDS)
    Order.update(expires_at=Order.created_at).execute()
    shop.run_worker()
    order, payment = Order.get_by_id(started.order.id), Payment.get()
    assert (order.status, payment.ended_at) == ("processing", None)
    shop.control("advance")
    shop.reconcile()
    assert Order.get_by_id(started.order.id).status == "paid"


@pytest.mark.parametrize("kind", ["error_before", "error_after"])
def test_a_refund_that_got_a_500_is_retried(kind: str, shop: InProcessShop, offer: Offer) -> None:
    order = paid(shop, offer)
    shop.control("faults", kind=kind, path="/v1/refunds", method="POST")
    if kind == "error_before":
        with pytest.raises(StripeBroken):
            payments.request_refund(order, 1999, "requested_by_customer", "a-press")
        assert Refund.get().status == ""
        assert shop.reconcile().failures == []
    else:
        payments.request_refund(order, 1999, "requested_by_customer", "a-press")
    assert [(refund.status, refund.amount) for refund in Refund.select()] == [("succeeded", 1999)]
    assert [row["amount_refunded"] for row in shop.ledger().values()] == [1999]


def test_a_refund_with_a_lost_response_is_looked_up_after_a_day_and_not_repeated(
    shop: InProcessShop, offer: Offer
) -> None:
    order = paid(shop, offer)
    shop.control("faults", kind="drop_after", path="/v1/refunds", method="POST", times=2)
    with pytest.raises(StripeUnreachable):
        payments.request_refund(order, 500, "requested_by_customer", "a-press")
    shop.advance_clock(25 * 3600)
    shop.reconcile()
    assert [(refund.status, refund.amount) for refund in Refund.select()] == [("succeeded", 500)]
    assert [row["amount_refunded"] for row in shop.ledger().values()] == [500]


def test_a_disconnected_account_takes_no_payment_from_an_open_tab(shop: InProcessShop, offer: Offer) -> None:
    waiting = payments.start_checkout(offer, MARKO)
    just_paid = payments.start_checkout(offer, replace(MARKO, visit="visit-of-somebody-else"))
    confirm_card(shop, just_paid, GOOD)
    key = waiting.order.merchant.publishable_key
    merchants.disconnect(Merchant.get())
    assert shop.confirm(key, waiting.client_secret or "", GOOD).status_code == 400
    statuses = {order.id: order.status for order in Order.select()}
    assert statuses == {waiting.order.id: "pending", just_paid.order.id: "paid"}
    assert payment_checks.after_reconcile(shop.ledger()) == []


def test_an_event_that_cannot_be_handled_does_not_block_others(shop: InProcessShop, offer: Offer) -> None:
    paid(shop, offer)
    shop.control("disputes", payment_intent=Payment.get().intent_id)
    with databases.refusing_inserts("dispute"):
        shop.deliver_webhooks()
        other = payments.start_checkout(offer, replace(MARKO, visit="visit-of-somebody-else"))
        confirm_card(shop, other, GOOD)
        shop.deliver_webhooks()
        tasks.handle_waiting_events()
        assert Order.get_by_id(other.order.id).status == "paid"
        waiting = WebhookEvent.select().where(WebhookEvent.handled_at.is_null())
        assert {(event.problem, event.type.rpartition(".")[0]) for event in waiting} == {
            ("IntegrityError", "charge.dispute")
        }
    shop.advance_clock(60)
    shop.run_worker()
    assert payment_checks.when_idle(shop.ledger()) == []


def test_a_payment_that_cannot_be_settled_does_not_block_others(shop: InProcessShop, offer: Offer) -> None:
    broken = payments.start_checkout(offer, MARKO)
    other = payments.start_checkout(offer, replace(MARKO, visit="visit-of-somebody-else"))
    for started in (broken, other):
        confirm_card(shop, started, GOOD)
    with databases.refusing_inserts("letter", f"NEW.order_id = {broken.order.id}"):
        report = shop.reconcile()
        assert report is not None and [line.rpartition(" ")[2] for line in report.failures] == ["IntegrityError"]
        assert Order.get_by_id(other.order.id).status == "paid"
    assert shop.reconcile().failures == []
    shop.deliver_webhooks()
    shop.run_worker()
    assert payment_checks.when_idle(shop.ledger()) == []


def paid(shop: InProcessShop, offer: Offer) -> Order:
    started = payments.start_checkout(offer, MARKO)
    confirm_card(shop, started, GOOD)
    payments.refresh_order(started.order)
    return Order.get_by_id(started.order.id)
