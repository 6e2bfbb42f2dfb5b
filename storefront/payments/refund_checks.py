"""When to ask Stripe about the refunds and disputes of a payment: after it succeeded, and while one is unfinished.

Events tell about them too, but an event can be lost or come before the payment's row.
"""

from datetime import datetime, timedelta

from peewee import ModelSelect

from storefront import stripe_gateway
from storefront.models import UNFINISHED_REFUND_STATUSES, Dispute, Merchant, Payment, Refund, is_due, now
from storefront.payments.disputes import sync_disputes
from storefront.payments.refunds import sync_refunds

MIN_INTERVAL, MAX_INTERVAL = timedelta(minutes=1), timedelta(hours=12)
# The interval is the idle time divided by this number.
IDLE_DIVISOR = 30
MAX_CHECKS_PER_RUN = 100
# A refund can fail up to 30 days after it was made: docs.stripe.com/refunds#failed-refunds
REFUNDS_FAIL_WITHIN = timedelta(days=35)


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


def plan_checks_of_changes(merchant: Merchant, since: datetime) -> None:
    """Plan a check of each payment with a refund or dispute at Stripe that our rows don't have as it is there.

    For a restored database: `since` is when its backup was made. An older refund may have failed since. Raises
    StripeError.
    """
    intents = set(stripe_gateway.iterate_disputed_intents(merchant, since))
    for refund in stripe_gateway.iterate_refunds(merchant, since - REFUNDS_FAIL_WITHIN):
        if not Refund.select().where(Refund.refund_id == refund.id, Refund.status == refund.status).exists():
            intents.add(refund.intent_id)
    for intent_id in intents:
        Payment.update(refunds_check_at=now()).where(
            Payment.merchant == merchant, Payment.intent_id == intent_id
        ).execute()


def _newest_unfinished(payment: Payment) -> datetime | None:
    """When the newest refund or dispute was created that can still change. None if there is none."""
    refunds = Refund.select(Refund.created_at).where(
        Refund.payment == payment, Refund.status.in_(list(UNFINISHED_REFUND_STATUSES))
    )
    disputes = Dispute.select(Dispute.created_at).where(Dispute.payment == payment, Dispute.unfinished())
    return max((row.created_at for row in (*refunds, *disputes)), default=None)
