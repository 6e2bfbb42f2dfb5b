"""Until when a customer may have what an order delivers. Nothing is switched off: it is decided each time it is asked.

So a refund that fails, or a dispute that is won, gives the access back.
"""

from datetime import datetime, timedelta
from enum import StrEnum

from peewee import fn

from storefront import settings
from storefront.models import (
    FIRST_INVOICE,
    AccessEnd,
    Dispute,
    Invoice,
    InvoiceStatus,
    Order,
    OrderStatus,
    Subscription,
    SubscriptionStatus,
    now,
)

# The card pays for the present period, or for a trial later.
_IN_ORDER = frozenset({SubscriptionStatus.TRIALING, SubscriptionStatus.ACTIVE})


class NoAccess(StrEnum):
    """Why a customer may not have what the order delivers."""

    UNPAID = "unpaid"
    REFUNDED = "refunded"
    WITHDRAWN = "withdrawn"
    DISPUTE_LOST = "dispute_lost"
    OVERDUE = "overdue"  # a renewal is not paid, and the grace time is over
    ENDED = "ended"  # the subscription


def access_obstacle(order: Order, subscription: Subscription | None = None) -> NoAccess | None:
    """Why the customer has no access now, or None. `subscription` is the order's newest one; None: it is read."""
    if not order.is_settled:
        return NoAccess.UNPAID
    if order.is_withdrawn:
        return NoAccess.WITHDRAWN
    if order.status == OrderStatus.DISPUTED and _has_lost_dispute(order):
        return NoAccess.DISPUTE_LOST
    if order.recurs:
        subscription = subscription or Subscription.current(order)
    if order.status == OrderStatus.REFUNDED and not (subscription is not None and _pays_on(subscription)):
        return NoAccess.REFUNDED
    return _subscription_obstacle(order, subscription) if subscription is not None else None


def _subscription_obstacle(order: Order, subscription: Subscription) -> NoAccess | None:
    if subscription.unwanted:
        return NoAccess.ENDED
    # Stripe's answer about a new one may not be stored yet: the order is paid.
    if not subscription.status or subscription.status in _IN_ORDER:
        return None
    if subscription.is_plan and Invoice.all_installments_paid(subscription):
        return None
    if subscription.is_ended:
        at_once = order.offer.access_ends == AccessEnd.AT_ONCE
        paid_until = None if at_once else _paid_until(subscription)
        return None if paid_until is not None and now() < paid_until else NoAccess.ENDED
    since = _overdue_since(subscription)
    grace = timedelta(days=settings.current().access_grace_days)
    return None if since is None or now() < since + grace else NoAccess.OVERDUE


def _pays_on(subscription: Subscription) -> bool:
    """Whether it runs, and a renewal is paid: giving back the first charge was not meant to end it."""
    if subscription.is_ended:
        return False
    renewals = (Invoice.subscription == subscription) & (Invoice.reason != FIRST_INVOICE)
    paid = (Invoice.status == InvoiceStatus.PAID) & (Invoice.amount_paid > 0)
    return bool(Invoice.select().where(renewals, paid).exists())


def _paid_until(subscription: Subscription) -> datetime | None:
    """The end of the last period that is paid, or of the trial."""
    paid = Invoice.select(Invoice.period_end).where(
        Invoice.subscription == subscription, Invoice.status == InvoiceStatus.PAID, Invoice.period_end.is_null(False)
    )
    last = paid.order_by(Invoice.period_end.desc()).first()
    ends = [end for end in (last and last.period_end, subscription.trial_end) if end is not None]
    return max(ends, default=None)


def _overdue_since(subscription: Subscription) -> datetime | None:
    """When the payment that is missing first failed; else the end of the period that is paid."""
    unpaid = Invoice.select(fn.MIN(Invoice.failed_at)).where(
        Invoice.subscription == subscription, Invoice.status == InvoiceStatus.OPEN
    )
    since: datetime | None = unpaid.scalar()
    return since or subscription.period_end


def _has_lost_dispute(order: Order) -> bool:
    latest = Dispute.latest(order)
    return latest is not None and Dispute.select().where(Dispute.order == order, Dispute.status == "lost").exists()
