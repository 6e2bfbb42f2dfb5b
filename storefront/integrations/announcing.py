"""Writes events for other programs, in the transaction of the fact that they tell."""

import json
from collections.abc import Sequence

from storefront.db import db
from storefront.integrations.telegram.writing import KIND_OF_EVENT, write_message
from storefront.models import EventType, Invoice, Order, OutgoingEvent, Subscription, TelegramKind, now

# Whether there are endpoints, and what is told in Telegram. Most shops have no receivers: then this one query is all
# that a payment pays for.
_RECEIVERS = (
    "SELECT EXISTS (SELECT 1 FROM webhook_endpoint WHERE disabled_reason = ''), "
    "(SELECT kinds FROM telegram_channel WHERE off_reason = '' ORDER BY id LIMIT 1)"
)


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

    The owner is told in Telegram of those kinds that are chosen there.

    `about` is the key of its subject, at most 80 characters. `detail` has ids of rows that the event shows as well.
    """
    has_endpoints, told = _receivers()
    if not has_endpoints and not told:
        return
    if invoice is not None:
        subscription, detail = invoice.subscription, {"invoice": invoice.id, **detail}
    write_message(KIND_OF_EVENT.get(kind), told, order, about, detail)
    if has_endpoints:
        OutgoingEvent.insert_unless_exists(
            type=kind, about=about, order=order, subscription=subscription, detail=detail, created_at=now()
        )


def announce_few_keys(offer_id: int, left: int, about: str) -> None:
    """An offer has few license keys left, or none. Only the owner is told, in Telegram."""
    write_message(TelegramKind.KEYS_LOW, _receivers()[1], None, about, {"offer": offer_id, "left": left})


def announce_second_account(merchant_id: int, second: Sequence[str], about: str) -> None:
    """New orders of a merchant go to others, with these names. Only the owner is told, in Telegram."""
    detail = {"merchant": merchant_id, "second": ", ".join(second)}
    write_message(TelegramKind.SECOND_ACCOUNT, _receivers()[1], None, about, detail)


def _receivers() -> tuple[bool, list[str]]:
    """Whether endpoints receive events, and the kinds that Telegram gets."""
    has_endpoints, kinds = db.execute_sql(_RECEIVERS).fetchone()
    return bool(has_endpoints), json.loads(kinds) if kinds else []


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
