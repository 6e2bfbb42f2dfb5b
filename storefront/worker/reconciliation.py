"""Asking Stripe about what has waited: no payment depends on a webhook arriving."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial

from peewee import ModelSelect

from storefront import emails, payments, stripe_gateway, subscriptions, webhooks
from storefront.errors import StripeKeyInvalid
from storefront.isolation import Changes, Run
from storefront.models import Merchant, Order, Payment, Refund, Subscription, now

# Known within two minutes while a buyer may be at it; then ever less often, but never given up.
SHORTEST, PATIENCE = timedelta(minutes=1), 30
LONGEST = timedelta(hours=12)
PUT_OFF = timedelta(minutes=15)
OVERLAP = timedelta(minutes=10)


@dataclass
class ReconciliationReport(Run):
    """What a run found: orders and subscriptions whose status changed, as (order number, before, after)."""

    changed: list[tuple[int, str, str]] = field(default_factory=list)
    subscriptions: list[tuple[int, str, str]] = field(default_factory=list)


def due_payments() -> list[Payment]:
    """Unfinished payments that are worth asking about now."""
    return list(_unfinished().where(Payment.next_check_at <= now()).order_by(Payment.next_check_at).limit(200))


def reconcile(everything: bool = False) -> ReconciliationReport:
    """Ask about unfinished payments and subscriptions that are due; with `everything` about each, whatever its age."""
    report = ReconciliationReport()
    _check_payments(report, _unfinished if everything else due_payments)
    # An order that expires takes its subscription with it: that is asked about in the same run.
    _expire_orders(report)
    _check_subscriptions(report, subscriptions.unfinished if everything else subscriptions.due)
    _finish_changes(report)
    _send_refunds(report)
    return report


def take_undelivered_events() -> Run:
    """Store the events that Stripe could not deliver. A merchant that can't be asked is asked again in the next run."""
    run = Run()
    run.each(Merchant.connected, _take_events, name=lambda merchant: f"events of {merchant.name}")
    return run


def _unfinished() -> "ModelSelect[Payment]":
    """Payments with an intent that can still become something, of merchants that can be asked."""
    return (
        Payment.select(Payment, Merchant)
        .join(Merchant)
        .where(
            Payment.intent_id.is_null(False),
            Payment.not_final(),
            Merchant.disconnected_at.is_null(),
        )
    )


def _check_payments(report: ReconciliationReport, find: Callable[[], Iterable[Payment]]) -> None:
    report.each(
        find,
        _check_payment,
        name=lambda payment: f"payment {payment.intent_id}",
        merchant=_merchant_id,
        changes=Changes(lambda payment: _status_of_order(payment.order_id), report.changed),
        failed=_notice_refused_key,
    )


def _expire_orders(report: ReconciliationReport) -> None:
    report.each(
        payments.overdue_orders,
        payments.expire_order,
        name=lambda order: f"order {order.number}",
        merchant=_merchant_id,
        changes=Changes(lambda order: _status_of_order(order.id), report.changed),
        failed=_notice_refused_key,
    )


def _check_subscriptions(report: ReconciliationReport, find: Callable[[], Iterable[Subscription]]) -> None:
    report.each(
        find,
        _check_subscription,
        name=lambda subscription: f"subscription {subscription.subscription_id}",
        merchant=_merchant_id,
        changes=Changes(_status_of_subscription, report.subscriptions),
        failed=_notice_refused_key,
    )


def _finish_changes(report: ReconciliationReport) -> None:
    """Finish what was decided about subscriptions and Stripe has not taken yet: ends, prices."""
    for find, finish, what in (
        (subscriptions.with_invoices_to_void, subscriptions.finish_voiding, "end"),
        (subscriptions.due_price_changes, subscriptions.apply_price, "price"),
    ):
        report.each(
            find,
            finish,
            name=partial(_name_of_change, what),
            merchant=_merchant_id,
            failed=_notice_refused_key,
        )


def _send_refunds(report: ReconciliationReport) -> None:
    report.each(
        payments.unsent_refunds,
        payments.send_refund,
        name=lambda refund: f"refund {refund.public_id}",
        merchant=_merchant_id,
        changes=Changes(lambda refund: _status_of_order(refund.order_id), report.changed),
        failed=_notice_refused_key,
    )


def _name_of_change(what: str, subscription: Subscription) -> str:
    return f"{what} of {subscription.subscription_id}"


def _check_payment(payment: Payment) -> None:
    """Ask about it, and plan when to ask again: later each time, whether Stripe has answered or not."""
    try:
        payments.refresh(payment)
    finally:
        _put_off(payment)


def _put_off(payment: Payment) -> None:
    """Half a minute more of patience for each quarter of an hour that nobody touched it."""
    quiet = now() - (payment.touched_at or payment.created_at)
    wait = min(max(SHORTEST, quiet / PATIENCE), LONGEST)
    Payment.update(next_check_at=now() + wait).where(Payment.id == payment.id).execute()


def _check_subscription(subscription: Subscription) -> None:
    # For when nothing is answered; an answer says better when to ask again.
    Subscription.update(next_check_at=now() + PUT_OFF).where(Subscription.id == subscription.id).execute()
    subscriptions.refresh(subscription)


def _take_events(merchant: Merchant) -> None:
    since = (merchant.events_taken_until or merchant.created_at) - OVERLAP
    asked_at = now()
    for hint in stripe_gateway.list_undelivered_events(merchant, webhooks.HANDLED_EVENTS, since):
        webhooks.store(merchant, hint)
    Merchant.update(events_taken_until=asked_at).where(Merchant.id == merchant.id).execute()


def _notice_refused_key(row: Payment | Order | Subscription | Refund, error: Exception) -> None:
    if isinstance(error, StripeKeyInvalid):
        emails.record_refused_key(_asked_with(row).merchant)


def _merchant_id(row: Payment | Order | Subscription | Refund) -> int:
    return _asked_with(row).merchant_id


def _asked_with(row: Payment | Order | Subscription | Refund) -> Payment | Order | Subscription:
    """The row that names the merchant whose Stripe is asked."""
    return row.payment if isinstance(row, Refund) else row


def _status_of_order(order_id: int) -> tuple[int, str]:
    """Number and status as the database has them now; no other column, should one be corrupt."""
    order = Order.select(Order.id, Order.status).where(Order.id == order_id).get()
    return order.number, order.status


def _status_of_subscription(subscription: Subscription) -> tuple[int, str]:
    found = Subscription.select(Subscription.order, Subscription.status).where(Subscription.id == subscription.id).get()
    return _status_of_order(found.order_id)[0], found.status
