"""Asking Stripe about what has waited: no payment depends on a webhook arriving."""

import logging
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta

from peewee import ModelSelect

from storefront import (
    breakage,
    expiry,
    open_ends,
    payments,
    price_changes,
    refunds,
    stripe_gateway,
    subscriptions,
    webhooks,
)
from storefront.errors import FieldErrors, ShopError, StripeKeyInvalid, StripeUnreachable
from storefront.models import Merchant, Order, Payment, Subscription
from storefront.models.base import now
from storefront.models.payment import FINAL

log = logging.getLogger(__name__)

# Known within two minutes while a buyer may be at it; then ever less often, but never given up.
SHORTEST, PATIENCE = timedelta(minutes=1), 30
LONGEST = timedelta(hours=12)
PUT_OFF = timedelta(minutes=15)
OVERLAP = timedelta(minutes=10)
# Each takes seconds; the worker has few threads, and other accounts and letters are to have their turn.
MOST_SILENCES = 3


@dataclass
class Report:
    """What a run found: orders and their subscriptions whose status changed (number, before, after), and what could
    not be asked.
    """

    changed: list[tuple[int, str, str]] = field(default_factory=list)
    subscriptions: list[tuple[int, str, str]] = field(default_factory=list)
    unanswered: list[str] = field(default_factory=list)
    silences: Counter[int] = field(default_factory=Counter)

    def is_hopeless(self, merchant_id: int) -> bool:
        """Whether this merchant's Stripe was waited for often enough in this run."""
        return self.silences[merchant_id] >= MOST_SILENCES


def due_payments() -> list[Payment]:
    """Unfinished payments that are worth asking about now."""
    return list(_unfinished().where(Payment.next_check_at <= now()).order_by(Payment.next_check_at).limit(200))


def run(everything: bool = False) -> Report:
    """Ask about unfinished payments and subscriptions that are due; with `everything` about each, whatever its age."""
    report = Report()
    _check_payments(list(_unfinished()) if everything else due_payments(), report)
    # An order that expires takes its subscription with it: that is asked about in the same run.
    _expire_orders(report)
    _check_subscriptions(subscriptions.unfinished() if everything else subscriptions.due(), report)
    _finish_changes(report)
    _send_refunds(report)
    return report


def take_undelivered_events() -> None:
    """Take in what Stripe could not deliver; a merchant that can't be asked is asked next time."""
    for merchant in Merchant.connected():
        since = (merchant.events_taken_until or merchant.created_at) - OVERLAP
        asked_at = now()
        try:
            hints = stripe_gateway.list_undelivered_events(merchant, webhooks.HANDLED_EVENTS, since)
        except ShopError:
            continue
        for hint in hints:
            webhooks.store(merchant, hint)
        Merchant.update(events_taken_until=asked_at).where(Merchant.id == merchant.id).execute()


def _unfinished() -> "ModelSelect[Payment]":
    """Payments with an intent that can still become something, of merchants that can be asked."""
    return (
        Payment.select(Payment, Merchant)
        .join(Merchant)
        .where(
            Payment.intent_id.is_null(False),
            Payment.status.not_in(list(FINAL)),
            Merchant.disconnected_at.is_null(),
        )
    )


def _check_payments(found: list[Payment], report: Report) -> None:
    # A list: a query that is still being read shows the past, and SQLite lets nobody write from there.
    for payment in found:
        if report.is_hopeless(payment.merchant_id):
            report.unanswered.append(f"payment {payment.intent_id}: not asked after {MOST_SILENCES} silences")
            continue
        before = payment.order.status
        try:
            payments.refresh(payment)
        except ShopError as error:
            _note_unanswered(report, payment.merchant, f"payment {payment.intent_id}", error)
        except Exception as error:
            # Nothing that is wrong with one payment may hold up those behind it.
            log.exception("payment %s could not be settled", payment.intent_id)
            report.unanswered.append(f"payment {payment.intent_id}: {type(error).__name__}")
        _put_off(payment)
        _compare(payment.order, before, report)


def _expire_orders(report: Report) -> None:
    for order in expiry.overdue():
        if report.is_hopeless(order.merchant_id):
            continue
        before = order.status
        try:
            expiry.expire(order)
        except ShopError as error:
            _note_unanswered(report, order.merchant, f"order {order.number}", error)
        _compare(order, before, report)


def _check_subscriptions(found: list[Subscription], report: Report) -> None:
    for subscription in found:
        what = f"subscription {subscription.subscription_id}"
        if report.is_hopeless(subscription.merchant_id):
            report.unanswered.append(f"{what}: not asked after {MOST_SILENCES} silences")
            continue
        before = subscription.status
        # Should it not be answered; an answer says better when.
        Subscription.update(next_check_at=now() + PUT_OFF).where(Subscription.id == subscription.id).execute()
        try:
            subscriptions.refresh(subscription)
        except ShopError as error:
            _note_unanswered(report, subscription.merchant, what, error)
        except Exception as error:
            # Nothing that is wrong with one subscription may hold up those behind it.
            log.exception("%s could not be brought up to date", what)
            report.unanswered.append(f"{what}: {type(error).__name__}")
        after = Subscription.get_by_id(subscription.id).status
        if after != before:
            report.subscriptions.append((subscription.order.number, before, after))


def _finish_changes(report: Report) -> None:
    """What was decided about subscriptions and Stripe has not taken yet: ends, prices."""
    left = [(open_ends.finish, one, "end") for one in open_ends.unfinished()]
    left += [(price_changes.apply, one, "price") for one in price_changes.due()]
    for finish, subscription, what in left:
        if report.is_hopeless(subscription.merchant_id):
            continue
        try:
            finish(subscription)
        except FieldErrors:
            # Stripe has refused it: the timeline says so.
            pass
        except ShopError as error:
            _note_unanswered(report, subscription.merchant, f"{what} of {subscription.subscription_id}", error)


def _put_off(payment: Payment) -> None:
    """Half a minute more of patience for each quarter of an hour that nobody touched it."""
    quiet = now() - (payment.touched_at or payment.created_at)
    wait = min(max(SHORTEST, quiet / PATIENCE), LONGEST)
    Payment.update(next_check_at=now() + wait).where(Payment.id == payment.id).execute()


def _send_refunds(report: Report) -> None:
    for refund in refunds.unsent():
        if report.is_hopeless(refund.payment.merchant_id):
            continue
        before = refund.order.status
        try:
            refunds.send(refund)
        except FieldErrors:
            # Stripe has refused it: the row and the order's page say so.
            pass
        except ShopError as error:
            _note_unanswered(report, refund.payment.merchant, f"refund {refund.public_id}", error)
        _compare(refund.order, before, report)


def _note_unanswered(report: Report, merchant: Merchant, what: str, error: ShopError) -> None:
    if isinstance(error, StripeUnreachable):
        report.silences[merchant.id] += 1
    if isinstance(error, StripeKeyInvalid):
        breakage.key_refused(merchant)
    report.unanswered.append(f"{what}: {error}")


def _compare(order: Order, before: str, report: Report) -> None:
    after = Order.get_by_id(order.id).status
    if after != before:
        report.changed.append((order.number, before, after))
