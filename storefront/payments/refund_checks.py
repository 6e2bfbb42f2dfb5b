"""When to ask Stripe about the refunds and disputes of a payment: after it succeeded, and while one is unfinished.

Events tell about them too, but an event can be lost or come before the payment's row.
"""

from datetime import datetime, timedelta

from peewee import ModelSelect

from storefront.models import UNFINISHED_REFUND_STATUSES, Dispute, Merchant, Payment, Refund, is_due, now
from storefront.payments.disputes import sync_disputes
from storefront.payments.refunds import sync_refunds

MIN_INTERVAL, MAX_INTERVAL = timedelta(minutes=1), timedelta(hours=12)
# The interval is the idle time divided by this number.
IDLE_DIVISOR = 30
MAX_CHECKS_PER_RUN = 100


def check_interval(idle: timedelta) -> timedelta:
    """How long to wait before Stripe is asked again about something that has not changed for the time `idle`."""
    return min(max(MIN_INTERVAL, idle / IDLE_DIVISOR), MAX_INTERVAL)


def due_refund_checks() -> "ModelSelect[Payment]":
    """Payments whose refunds and disputes are due to be asked for, the longest overdue first."""
    due = is_due(Payment.refunds_check_at, MAX_INTERVAL)
    return pending_refund_checks().where(due).order_by(Payment.refunds_check_at).limit(MAX_CHECKS_PER_RUN)


def pending_refund_checks() -> "ModelSelect[Payment]":
    """All payments of connected merchants whose refunds and disputes are still to be asked for.

    Only the columns that name them: a corrupt value in one row does not hide the others.
    """
    return (
        Payment.select(Payment.id, Payment.intent_id, Payment.order, Payment.merchant)
        .join(Merchant)
        .where(Payment.refunds_check_at.is_null(False), Merchant.disconnected_at.is_null())
    )


def check_refunds(payment: Payment) -> None:
    """Store the payment's refunds and disputes, and plan the next check. Raises StripeError."""
    payment = Payment.get_by_id(payment.id)
    planned_before = payment.refunds_check_at
    next_check: datetime | None = now() + check_interval(now() - payment.created_at)
    try:
        sync_refunds(payment)
        sync_disputes(payment)
        newest = _newest_unfinished(payment)
        next_check = now() + check_interval(now() - newest) if newest is not None else None
    finally:
        # If another check was planned meanwhile, something unfinished was stored after it was looked for.
        Payment.update(refunds_check_at=next_check).where(
            Payment.id == payment.id, Payment.refunds_check_at == planned_before
        ).execute()


def _newest_unfinished(payment: Payment) -> datetime | None:
    """When the newest refund or dispute was created that can still change. None if there is none."""
    refunds = Refund.select(Refund.created_at).where(
        Refund.payment == payment, Refund.status.in_(list(UNFINISHED_REFUND_STATUSES))
    )
    disputes = Dispute.select(Dispute.created_at).where(Dispute.payment == payment, Dispute.unfinished())
    return max((row.created_at for row in (*refunds, *disputes)), default=None)
