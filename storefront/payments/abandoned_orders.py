"""Unpaid orders that are over, and when they can be deleted.

Anybody can start an order, so those that were never paid are deleted after a time. An order that is deleted can't be
paid any more, and nobody is owed anything for it:

- It has expired or failed, and its timeline has nothing but its start, declined cards and its end: no payment, not even
  one that a bank was processing, no mismatch, no refund, no dispute.
- Each of its intents is canceled at Stripe, and Stripe never charges a canceled intent. A payment whose intent the shop
  does not know was never shown to a browser, so nobody has the secret to pay it; its idempotency key, under which a
  repeated request would find it, has expired long before. Payments of a disconnected account whose intent the shop
  could not cancel are kept.
- Its subscription, if it has any, never began: it is over at Stripe and no invoice has received money.

The order with the highest number stays, since SQLite would give that number to the next order.
"""

from collections.abc import Iterable
from datetime import timedelta
from functools import partial
from typing import Any, cast

from peewee import fn

from storefront.db import db
from storefront.isolation import Run
from storefront.models import (
    ENDED_STATUSES,
    Decline,
    Dispute,
    Invoice,
    Order,
    OrderStatus,
    Payment,
    Refund,
    Subscription,
    TimelineEntry,
    TimelineKind,
    now,
)

# Entries of orders that can be deleted.
HARMLESS = (
    TimelineKind.CREATED,
    TimelineKind.WAITING,
    TimelineKind.ATTEMPT_FAILED,
    TimelineKind.PAYMENT_ENDED,
    TimelineKind.EXPIRED,
    TimelineKind.PAYMENT_LINK_SENT,
    TimelineKind.TOO_MANY_DECLINES,
    TimelineKind.SUBSCRIPTION_STATUS,
)


def delete_abandoned_orders(run: Run, days: int, batch: int, batches: int) -> None:
    """Delete abandoned orders that expired `days` ago or earlier: at most `batches` times `batch`.

    Each order has a transaction of its own. One that can't be deleted does not stop the others.
    """
    last = 0
    for _ in range(batches):
        found = _abandoned(days, last, batch)
        run.each(partial(list, found), _delete, name=lambda order_id: f"deleting order {order_id}")
        if len(found) < batch:
            return
        last = found[-1]


def _abandoned(days: int, after: int, most: int) -> list[int]:
    """IDs of orders that can be deleted, ascending, above `after`."""
    over = Order.status.in_([OrderStatus.EXPIRED, OrderStatus.FAILED])
    old = Order.expires_at < now() - timedelta(days=days)
    query = Order.select(Order.id).where(over, old, Order.id > after, _can_be_deleted()).order_by(Order.id).limit(most)
    return [order_id for (order_id,) in cast(Iterable[tuple[int]], query.tuples())]


def _can_be_deleted() -> Any:
    """A condition of a query: nothing can be paid for the order, and nothing was."""
    newest = Order.alias()
    return (
        Order.paid_at.is_null()
        & (Order.id < newest.select(fn.MAX(newest.id)))
        & ~_any(Payment, Payment.intent_id.is_null(False), Payment.status != "canceled")
        & ~_any(TimelineEntry, TimelineEntry.kind.not_in(list(HARMLESS)))
        & ~_any(Refund)
        & ~_any(Dispute)
        & ~_any(Subscription, Subscription.status.not_in([*ENDED_STATUSES, ""]))
        & ~fn.EXISTS(
            Invoice.select(Invoice.id)
            .join(Subscription)
            .where(Subscription.order == Order.id, (Invoice.amount_paid > 0) | Invoice.payment.is_null(False))
        )
    )


def _any(model: Any, *which: Any) -> Any:
    return fn.EXISTS(model.select(model.id).where(model.order == Order.id, *which))


def _delete(order_id: int) -> None:
    """Delete the order with all its rows, if it can still be deleted."""
    with db.atomic():
        order = Order.get_or_none(Order.id == order_id)
        if order is None:
            return
        order.lock()
        if not Order.select().where(Order.id == order_id, _can_be_deleted()).exists():
            return
        subscriptions = Subscription.select(Subscription.id).where(Subscription.order == order)
        Invoice.delete().where(Invoice.subscription.in_(subscriptions)).execute()
        Subscription.delete().where(Subscription.order == order).execute()
        Decline.delete().where(Decline.payment.in_(Payment.select(Payment.id).where(Payment.order == order))).execute()
        Payment.delete().where(Payment.order == order).execute()
        # Its timeline, presses and emails go with it.
        order.delete_instance()
