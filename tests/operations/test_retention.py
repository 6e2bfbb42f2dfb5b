"""What is deleted after a time: strangers' unpaid orders, texts of emails, handled events; nothing with money."""

from dataclasses import replace

import pytest
from flask.testing import FlaskClient

from storefront import emails, settings, worker
from storefront.models import (
    CheckoutPress,
    Decline,
    Email,
    EmailRequest,
    Invoice,
    Merchant,
    Offer,
    Order,
    Payment,
    Subscription,
    TimelineEntry,
    WebhookEvent,
    now,
)
from storefront.worker import tasks
from tests.cards import DECLINED, GOOD, SLOW_SUCCEEDS
from tests.cast import IVAN, LESIA, MARKO
from tests.factories import make_offer
from tests.purchase_steps import buy, confirm, refresh, start_checkout
from tests.shop_clock import time_moved
from tests.simulator_process import Simulator
from tests.subscription_steps import subscribe


def expire(*orders: Order) -> None:
    """Let the worker close these orders as overdue."""
    Order.update(expires_at=now()).where(Order.id.in_([order.id for order in orders])).execute()
    worker.reconcile()


def test_unpaid_orders_are_deleted_with_all_their_rows(
    offer: Offer, monthly_offer: Offer, client: FlaskClient, simulator: Simulator
) -> None:
    untried = start_checkout(offer).order
    declined = start_checkout(offer, IVAN)
    confirm(simulator, declined, DECLINED)
    refresh(declined.order)
    never_began = start_checkout(monthly_offer).order
    trial = start_checkout(make_offer(offer.merchant, kind="recurring", trial_days=7)).order
    expire(untried, declined.order, never_began, trial)
    worker.reconcile(everything=True)
    paid = buy(offer, simulator, LESIA)
    tasks.send_emails()
    with time_moved(days=89):
        tasks.delete_old_rows()
        assert Order.select().count() == 5
        assert client.get(f"/orders/{untried.token}").status_code == 200
    with time_moved(days=91):
        tasks.delete_old_rows()
        assert [order.id for order in Order.select()] == [paid.id]
        for order in (untried, declined.order, never_began, trial):
            assert client.get(f"/orders/{order.token}").status_code == 404
            assert client.get(f"/orders/{order.token}/pay").status_code == 404
    assert {payment.order_id for payment in Payment.select()} == {paid.id}
    assert {entry.order_id for entry in TimelineEntry.select()} == {paid.id}
    assert {email.order_id for email in Email.select()} == {paid.id}
    for model in (Subscription, Invoice, Decline):
        assert model.select().count() == 0, model


def test_orders_with_money_or_a_payment_that_can_still_be_made_stay(
    offer: Offer, monthly_offer: Offer, merchant: Merchant, simulator: Simulator
) -> None:
    paid = buy(offer, simulator)
    subscription = subscribe(monthly_offer, simulator)
    at_bank = start_checkout(offer, IVAN)
    confirm(simulator, at_bank, SLOW_SUCCEEDS)
    refresh(at_bank.order)
    pending = start_checkout(offer, replace(IVAN, visit="visit-of-ivan-0002")).order
    open_intent = start_checkout(offer, LESIA)
    # Its account was disconnected before the intent could be canceled.
    open_intent.order.transition("expired", "expired")
    mismatch = start_checkout(offer, replace(LESIA, visit="visit-of-lesia-0002")).order
    expire(mismatch)
    mismatch.note("mismatch")
    newest = start_checkout(offer, replace(MARKO, visit="visit-of-marko-0002")).order
    expire(newest)
    before = {order.id: order.status for order in Order.select()}
    with time_moved(days=200):
        tasks.delete_old_rows()
    assert {order.id: order.status for order in Order.select()} == before
    assert (
        before[pending.id] == "pending" and before[newest.id] == "expired" and before[at_bank.order.id] == "processing"
    )
    assert paid.id in before and subscription.order_id in before
    # The money that comes late still finds its order.
    confirm(simulator, open_intent, GOOD)
    assert refresh(Order.get_by_id(open_intent.order.id)).status in ("paid", "expired")
    worker.reconcile(everything=True)
    assert Order.get_by_id(open_intent.order.id).status == "paid"


def test_a_deleted_orders_number_is_not_given_again(offer: Offer) -> None:
    first, second = start_checkout(offer).order, start_checkout(offer, IVAN).order
    expire(first, second)
    with time_moved(days=91):
        tasks.delete_old_rows()
    assert [order.id for order in Order.select()] == [second.id], "the newest one stays"
    assert start_checkout(offer, LESIA).order.number == second.number + 1


def test_a_deleted_order_is_not_found_again_at_stripe(offer: Offer, simulator: Simulator) -> None:
    first, second = start_checkout(offer).order, start_checkout(offer, IVAN).order
    expire(first, second)
    with time_moved(days=91):
        tasks.delete_old_rows()
    worker.reconcile(everything=True)
    assert [order.id for order in Order.select()] == [second.id]


def test_texts_of_old_emails_are_deleted_and_their_rows_stay(offer: Offer, simulator: Simulator) -> None:
    order = buy(offer, simulator)
    tasks.send_emails()
    with time_moved(days=364):
        tasks.delete_old_rows()
        assert all(email.text and email.html for email in Email.select())
    with time_moved(days=366):
        tasks.delete_old_rows()
        receipt = Email.get(Email.kind == "receipt", Email.order == order)
        assert (receipt.subject, receipt.text, receipt.html, receipt.state) == ("", "", "", "kept")
        emails.send_due()
        assert Email.get_by_id(receipt.id).text == "", "it is not sent again"


def test_handled_events_and_counts_are_deleted(offer: Offer, simulator: Simulator, client: FlaskClient) -> None:
    start_checkout(offer)
    client.post("/my", data={"email": "wanda@example.com"})
    event = {"merchant": offer.merchant, "type": "payment_intent.succeeded"}
    WebhookEvent.create(event_id="evt_handled", handled_at=now(), **event)
    WebhookEvent.create(event_id="evt_waiting", **event)
    with time_moved(days=91):
        tasks.delete_old_rows()
        assert [row.event_id for row in WebhookEvent.select()] == ["evt_waiting"]
        assert not CheckoutPress.select().exists() and not EmailRequest.select().exists()


@pytest.mark.parametrize("days", [0, 1])
def test_zero_keeps_for_ever_and_a_month_is_the_least(days: int, offer: Offer) -> None:
    names = ("unpaid_orders_kept_days", "email_texts_kept_days", "events_kept_days")
    settings.save(dict.fromkeys(names, days))
    orders = [start_checkout(offer).order, start_checkout(offer, IVAN).order]
    expire(*orders)
    with time_moved(days=30):
        tasks.delete_old_rows()
        assert Order.select().count() == 2
    with time_moved(days=5000):
        tasks.delete_old_rows()
        assert Order.select().count() == (2 if days == 0 else 1)


def test_one_order_that_cannot_be_deleted_does_not_stop_the_others(offer: Offer) -> None:
    orders = [start_checkout(offer, replace(MARKO, visit=f"visit-of-marko-{number:04}")).order for number in range(4)]
    expire(*orders)
    stuck = orders[1]
    # A row of a later version that refers to the payment of one of them.
    Payment._meta.database.execute_sql("CREATE TABLE later (payment INTEGER NOT NULL REFERENCES payment (id))")
    payment = Payment.get(Payment.order == stuck)
    Payment._meta.database.execute_sql(f"INSERT INTO later VALUES ({payment.id})")
    with time_moved(days=91):
        tasks.delete_old_rows()
    assert [order.id for order in Order.select().order_by(Order.id)] == [stuck.id, orders[3].id]
    assert Payment.get(Payment.order == stuck).id == payment.id, "its transaction was rolled back"
