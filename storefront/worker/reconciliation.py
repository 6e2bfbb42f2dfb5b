"""Reconciliation: updates unfinished payments, subscriptions and refunds from Stripe when no webhook has done it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

from peewee import ModelSelect

from storefront import customers, emails, payments, subscriptions, webhooks
from storefront.errors import StripeKeyInvalid
from storefront.isolation import Changes, Run
from storefront.models import (
    CancellationStatement,
    Merchant,
    Order,
    Payment,
    Refund,
    StripeCustomerDeletion,
    Subscription,
    is_due,
    now,
)
from storefront.worker import restored_payments

SUBSCRIPTION_RETRY_INTERVAL = timedelta(minutes=15)


@dataclass
class ReconciliationReport(Run):
    """Status changes that a run found, as (order number, status before, status after).

    `found` are payments at Stripe that the database did not know, or only in part.
    """

    changed: list[tuple[int, str, str]] = field(default_factory=list)
    subscriptions: list[tuple[int, str, str]] = field(default_factory=list)
    found: list[payments.FoundAtStripe] = field(default_factory=list)


def due_payments() -> "ModelSelect[Payment]":
    """Unfinished payments whose next check is due."""
    return (
        _unfinished()
        .where(is_due(Payment.next_check_at, payments.MAX_INTERVAL))
        .order_by(Payment.next_check_at)
        .limit(200)
    )


def reconcile(everything: bool = False, since: datetime | None = None) -> ReconciliationReport:
    """Check the unfinished payments and subscriptions that are due; with `everything`, all of them.

    With `everything`, Stripe is searched first for what the database does not know, as after a restore; `since` is from
    when on. The next runs continue a search that did not find everything.
    """
    report = ReconciliationReport()
    if everything:
        payments.begin_search()
    if everything or payments.is_search_unfinished():
        report.found = restored_payments.search_stripe(report, since)
        report.changed += [
            (found.number, found.before, found.after)
            for found in report.found
            if found.before and found.before != found.after
        ]
    _check_payments(report, _unfinished if everything else due_payments)
    # Before the subscriptions, because an order that expires cancels its subscription.
    _for_each_merchant(report, Merchant.select().order_by(Merchant.id), partial(_expire_orders, report))
    report.each(lambda: [None], lambda _all: payments.expire_requests(), name=lambda _all: "overdue payment requests")
    report.each(payments.due_reminders, payments.remind, name=lambda number: f"reminder of payment request {number}")
    _check_subscriptions(report, subscriptions.unfinished if everything else subscriptions.due)
    report.each(
        CancellationStatement.to_carry_out,
        customers.carry_out_cancellation,
        name=lambda statement: f"cancellation {statement.id}",
    )
    report.each(
        StripeCustomerDeletion.due,
        customers.delete_stripe_customer,
        name=lambda deletion: f"deletion of {deletion.customer_id}",
        merchant=lambda deletion: deletion.merchant_id,
    )
    _for_each_merchant(report, Merchant.select_connected(), partial(_finish_changes, report))
    _for_each_merchant(report, Merchant.select_connected(), partial(_send_refunds, report))
    # Last, because a renewal's payment appears with its subscription.
    _check_refunds(report, payments.pending_refund_checks if everything else payments.due_refund_checks)
    return report


def take_undelivered_events() -> Run:
    """Store the events that Stripe could not deliver. A merchant whose list fails is tried again in the next run."""
    run = Run()
    run.each(Merchant.select_connected, webhooks.take_undelivered, name=lambda merchant: f"events of {merchant.name}")
    return run


def _unfinished() -> "ModelSelect[Payment]":
    """Payments of connected merchants with an intent that is not in a final status."""
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
        failed=_record_refused_key,
    )


def _for_each_merchant(
    report: ReconciliationReport, query: "ModelSelect[Merchant]", act: Callable[[Merchant], object]
) -> None:
    """Call `act` for each merchant: rows of one that keep failing must not fill the limited lists of the others."""
    report.each(lambda: query, act, name=lambda merchant: f"merchant {merchant.name}")


def _expire_orders(report: ReconciliationReport, merchant: Merchant) -> None:
    report.each(
        partial(payments.overdue_orders, merchant),
        payments.expire_order,
        name=lambda order: f"order {order.number}",
        merchant=_merchant_id,
        changes=Changes(lambda order: _status_of_order(order.id), report.changed),
        failed=_record_refused_key,
    )


def _check_subscriptions(report: ReconciliationReport, find: Callable[[], Iterable[Subscription]]) -> None:
    report.each(
        find,
        _check_subscription,
        name=lambda subscription: f"subscription {subscription.subscription_id}",
        merchant=_merchant_id,
        changes=Changes(_status_of_subscription, report.subscriptions),
        failed=_record_refused_key,
    )


def _finish_changes(report: ReconciliationReport, merchant: Merchant) -> None:
    """Finish changes of subscriptions that Stripe has not confirmed yet: voided invoices, new prices and switches."""
    for find, finish, what in (
        (subscriptions.with_invoices_to_void, subscriptions.finish_voiding, "end"),
        (subscriptions.due_price_changes, subscriptions.apply_price, "price"),
        (subscriptions.unfinished_switches, subscriptions.finish_switch, "switch"),
    ):
        report.each(
            partial(find, merchant),
            finish,
            name=partial(_name_of_change, what),
            merchant=_merchant_id,
            failed=_record_refused_key,
        )


def _send_refunds(report: ReconciliationReport, merchant: Merchant) -> None:
    report.each(
        partial(payments.unsent_refunds, merchant),
        payments.send_refund,
        name=lambda refund: f"refund {refund.public_id}",
        merchant=_merchant_id,
        changes=Changes(lambda refund: _status_of_order(refund.order_id), report.changed),
        failed=_record_refused_key,
    )


def _check_refunds(report: ReconciliationReport, find: Callable[[], Iterable[Payment]]) -> None:
    report.each(
        find,
        payments.check_refunds,
        name=lambda payment: f"refunds of {payment.intent_id}",
        merchant=_merchant_id,
        changes=Changes(lambda payment: _status_of_order(payment.order_id), report.changed),
        failed=_record_refused_key,
    )


def _name_of_change(what: str, subscription: Subscription) -> str:
    return f"{what} of {subscription.subscription_id}"


def _check_payment(payment: Payment) -> None:
    """Update a payment from Stripe. Schedule its next check even when that fails."""
    try:
        payments.refresh(payment)
    finally:
        _schedule_next_check(payment)


def _schedule_next_check(payment: Payment) -> None:
    """A payment that a customer is working on is checked within two minutes, older ones less and less often."""
    interval = payments.check_interval(now() - (payment.touched_at or payment.created_at))
    Payment.update(next_check_at=now() + interval).where(Payment.id == payment.id).execute()


def _check_subscription(subscription: Subscription) -> None:
    # For the case that Stripe does not answer. `refresh` sets a better time.
    Subscription.update(next_check_at=now() + SUBSCRIPTION_RETRY_INTERVAL).where(
        Subscription.id == subscription.id
    ).execute()
    subscriptions.refresh(subscription)


def _record_refused_key(row: Payment | Order | Subscription | Refund, error: Exception) -> None:
    if isinstance(error, StripeKeyInvalid):
        emails.record_refused_key(_merchant_row(row).merchant)


def _merchant_id(row: Payment | Order | Subscription | Refund) -> int:
    return _merchant_row(row).merchant_id


def _merchant_row(row: Payment | Order | Subscription | Refund) -> Payment | Order | Subscription:
    """The row with the merchant: for a refund, its payment."""
    return row.payment if isinstance(row, Refund) else row


def _status_of_order(order_id: int) -> tuple[int, str]:
    """Current order number and status. Reads no other column, so that a corrupt value in one does no harm."""
    order = Order.select(Order.id, Order.status).where(Order.id == order_id).get()
    return order.number, order.status


def _status_of_subscription(subscription: Subscription) -> tuple[int, str]:
    found = Subscription.select(Subscription.order, Subscription.status).where(Subscription.id == subscription.id).get()
    return _status_of_order(found.order_id)[0], found.status
