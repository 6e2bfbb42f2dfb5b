"""Writes events for other programs, in the transaction of the fact that they tell."""

from storefront.db import db
from storefront.models import EventType, Invoice, Order, OutgoingEvent, Subscription, now

# Most shops have no receivers: then this one query is all that a payment pays for.
_HAS_RECEIVERS = "SELECT 1 FROM webhook_endpoint WHERE disabled_reason = '' LIMIT 1"


def announce(
    kind: EventType,
    order: Order,
    about: str,
    *,
    subscription: Subscription | None = None,
    invoice: Invoice | None = None,
    **detail: object,
) -> None:
    """Write an event, unless one of this kind and `about` exists, or nobody receives events.

    `about` is the key of its subject, at most 80 characters. `detail` has ids of rows that the event shows as well.
    """
    if db.execute_sql(_HAS_RECEIVERS).fetchone() is None:
        return
    if invoice is not None:
        subscription, detail = invoice.subscription, {"invoice": invoice.id, **detail}
    OutgoingEvent.insert_unless_exists(
        type=kind, about=about, order=order, subscription=subscription, detail=detail, created_at=now()
    )


def announce_paid_order(order: Order) -> None:
    """Its first payment has succeeded, or it was free, or it was paid outside of Stripe."""
    about = f"order-{order.id}"
    announce(EventType.ORDER_PAID, order, about)
    if order.is_request:
        announce(EventType.PAYMENT_REQUEST_PAID, order, about)
    if order.recurs:
        subscription = Subscription.current(order)
        # One that Stripe has not answered about yet is announced by its first sync.
        if subscription is not None and subscription.synced_at is not None and subscription.is_running:
            announce_start(subscription)


def announce_start(subscription: Subscription) -> None:
    """It has started. Repeating it changes nothing."""
    about = f"subscription-{subscription.id}"
    announce(EventType.SUBSCRIPTION_STARTED, subscription.order, about, subscription=subscription)


def announce_end(subscription: Subscription) -> None:
    """It has ended after it had started."""
    about = f"subscription-{subscription.id}"
    announce(EventType.SUBSCRIPTION_ENDED, subscription.order, about, subscription=subscription)


def announce_renewal(invoice: Invoice) -> None:
    """A renewal was paid; it has recovered if its payment had failed before."""
    order, about = invoice.subscription.order, f"invoice-{invoice.id}"
    announce(EventType.SUBSCRIPTION_RENEWED, order, about, invoice=invoice)
    if invoice.failed_at is not None:
        announce(EventType.SUBSCRIPTION_RECOVERED, order, about, invoice=invoice)
