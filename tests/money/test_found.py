"""What the random histories have found, as short stories."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from storefront import db, merchants, payments
from storefront.errors import StripeBroken, StripeUnreachable
from storefront.models import Merchant, Offer, Order, Payment, Refund, WebhookEvent
from storefront.worker import tasks
from tests.buying import MARKO
from tests.money import books
from tests.money.histories import GOOD, SLOW_BANK_SAYS_NO, SLOW_BANK_SAYS_YES
from tests.money.stage import Stage, in_memory


@pytest.fixture
def stage() -> Iterator[Stage]:
    with in_memory() as stage, db.connection():
        yield stage


@pytest.fixture
def offer(stage: Stage) -> Offer:
    return stage.begin()[1]


def typed(stage: Stage, started: payments.StartedCheckout, number: str) -> None:
    assert started.client_secret
    stage.confirm(started.order.merchant.publishable_key, started.client_secret, number)


def new_price(offer: Offer, amount: int) -> Offer:
    Offer.update(amount=amount).where(Offer.id == offer.id).execute()
    return Offer.get_by_id(offer.id)


def test_a_payment_its_bank_thinks_about_keeps_its_order_whatever_the_price_is_now(stage: Stage, offer: Offer) -> None:
    started = payments.start_checkout(offer, MARKO)
    typed(stage, started, SLOW_BANK_SAYS_YES)
    again = payments.start_checkout(new_price(offer, 2999), MARKO)
    assert (again.client_secret, again.order.status, again.order.amount) == (None, "processing", 1999)
    stage.steer("advance")
    stage.reconcile()
    order = Order.get_by_id(started.order.id)
    assert (order.status, order.amount) == ("paid", 1999)
    assert books.at_rest(stage.book()) == ["letter 1 (receipt) waits", "letter 2 (owner_sale) waits"]


def test_after_the_bank_has_said_no_the_new_price_is_asked(stage: Stage, offer: Offer) -> None:
    typed(stage, payments.start_checkout(offer, MARKO), SLOW_BANK_SAYS_NO)
    dearer = new_price(offer, 2999)
    payments.start_checkout(dearer, MARKO)
    stage.steer("advance")
    started = payments.start_checkout(dearer, MARKO)
    typed(stage, started, GOOD)
    payments.refresh_order(started.order)
    order = Order.get_by_id(started.order.id)
    assert (order.status, order.amount) == ("paid", 2999)
    assert sorted(p.status for p in Payment.select()) == ["canceled", "succeeded"]


def test_an_order_its_bank_thinks_about_does_not_expire(stage: Stage, offer: Offer) -> None:
    started = payments.start_checkout(offer, MARKO)
    typed(stage, started, SLOW_BANK_SAYS_YES)
    Order.update(expires_at=Order.created_at).execute()
    stage.work()
    order, payment = Order.get_by_id(started.order.id), Payment.get()
    assert (order.status, payment.ended_at) == ("processing", None)
    stage.steer("advance")
    stage.reconcile()
    assert Order.get_by_id(started.order.id).status == "paid"


@pytest.mark.parametrize("kind", ["error_before", "error_after"])
def test_a_refund_that_stripe_answered_with_a_500_goes_out_again_once_it_is_well(
    kind: str, stage: Stage, offer: Offer
) -> None:
    order = paid(stage, offer)
    stage.steer("faults", kind=kind, path="/v1/refunds", method="POST")
    if kind == "error_before":
        with pytest.raises(StripeBroken):
            payments.request_refund(order, 1999, "requested_by_customer", "a-press")
        assert Refund.get().status == ""
        assert stage.reconcile().unanswered == []
    else:
        payments.request_refund(order, 1999, "requested_by_customer", "a-press")
    assert [(refund.status, refund.amount) for refund in Refund.select()] == [("succeeded", 1999)]
    assert [row["amount_refunded"] for row in stage.book().values()] == [1999]


def test_a_refund_whose_answer_was_lost_is_looked_up_after_a_day_and_not_made_twice(stage: Stage, offer: Offer) -> None:
    order = paid(stage, offer)
    stage.steer("faults", kind="drop_after", path="/v1/refunds", method="POST", times=2)
    with pytest.raises(StripeUnreachable):
        payments.request_refund(order, 500, "requested_by_customer", "a-press")
    stage.move(25 * 3600)
    stage.reconcile()
    assert [(refund.status, refund.amount) for refund in Refund.select()] == [("succeeded", 500)]
    assert [row["amount_refunded"] for row in stage.book().values()] == [500]


def test_an_account_that_is_disconnected_takes_no_money_through_a_tab_left_open(stage: Stage, offer: Offer) -> None:
    waiting = payments.start_checkout(offer, MARKO)
    just_paid = payments.start_checkout(offer, replace(MARKO, visit="visit-of-somebody-else"))
    typed(stage, just_paid, GOOD)
    key = waiting.order.merchant.publishable_key
    merchants.disconnect(Merchant.get())
    assert stage.confirm(key, waiting.client_secret or "", GOOD).status_code == 400
    statuses = {order.id: order.status for order in Order.select()}
    assert statuses == {waiting.order.id: "pending", just_paid.order.id: "paid"}
    assert books.after_reconcile(stage.book()) == []


def test_an_event_that_nobody_can_handle_holds_up_no_other(stage: Stage, offer: Offer) -> None:
    paid(stage, offer)
    stage.steer("disputes", payment_intent=Payment.get().intent_id)
    db.db.execute_sql("CREATE TRIGGER broken BEFORE INSERT ON dispute BEGIN SELECT RAISE(ABORT, 'broken'); END")
    stage.deliver()
    other = payments.start_checkout(offer, replace(MARKO, visit="visit-of-somebody-else"))
    typed(stage, other, GOOD)
    stage.deliver()
    tasks.handle_waiting_events()
    assert Order.get_by_id(other.order.id).status == "paid"
    waiting = WebhookEvent.select().where(WebhookEvent.handled_at.is_null())
    assert {(event.problem, event.type.rpartition(".")[0]) for event in waiting} == {
        ("IntegrityError", "charge.dispute")
    }
    db.db.execute_sql("DROP TRIGGER broken")
    stage.move(60)
    stage.work()
    assert books.at_rest(stage.book()) == []


def test_a_payment_that_cannot_be_settled_holds_up_no_other(stage: Stage, offer: Offer) -> None:
    broken = payments.start_checkout(offer, MARKO)
    other = payments.start_checkout(offer, replace(MARKO, visit="visit-of-somebody-else"))
    for started in (broken, other):
        typed(stage, started, GOOD)
    condition = f"NEW.order_id = {broken.order.id} BEGIN SELECT RAISE(ABORT, 'broken'); END"
    db.db.execute_sql(f"CREATE TRIGGER broken BEFORE INSERT ON letter WHEN {condition}")
    report = stage.reconcile()
    assert report is not None and [line.rpartition(" ")[2] for line in report.unanswered] == ["IntegrityError"]
    assert Order.get_by_id(other.order.id).status == "paid"
    db.db.execute_sql("DROP TRIGGER broken")
    assert stage.reconcile().unanswered == []
    stage.deliver()
    stage.work()
    assert books.at_rest(stage.book()) == []


def paid(stage: Stage, offer: Offer) -> Order:
    started = payments.start_checkout(offer, MARKO)
    typed(stage, started, GOOD)
    payments.refresh_order(started.order)
    return Order.get_by_id(started.order.id)
