"""Compare withdrawals and stated cancellations with emails and subscriptions; each check returns the differences."""

from collections.abc import Iterator

from storefront.models import (
    ENDED_STATUSES,
    SETTLED_STATUSES,
    CancellationStatement,
    Email,
    Order,
    Subscription,
    TimelineEntry,
)
from tests.money.stripe_objects import StripeObjects

KINDS = ("withdrawn", "owner_withdrawn")


def always() -> list[str]:
    """Differences that are wrong at any moment."""
    return [*_told_once(), *_subscriptions_are_unwanted()]


def _told_once() -> Iterator[str]:
    """A withdrawn order was paid, has one timeline entry and one email to each side; no other order has any."""
    for order in Order.select():
        kinds = sorted(one.kind for one in Email.select().where(Email.order == order, Email.kind.in_(KINDS)))
        entries = TimelineEntry.select().where(TimelineEntry.order == order, TimelineEntry.kind == "withdrawn").count()
        wanted = (sorted(KINDS), 1) if order.is_withdrawn else ([], 0)
        if (kinds, entries) != wanted:
            yield f"order {order.id} was withdrawn at {order.withdrawn_at} and has {kinds} and {entries} entries"
        if order.is_withdrawn and order.status not in SETTLED_STATUSES:
            yield f"order {order.id} is withdrawn and {order.status}"


def _subscriptions_are_unwanted() -> Iterator[str]:
    withdrawn = Order.select(Order.id).where(Order.withdrawn_at.is_null(False))
    for one in Subscription.select().where(Subscription.order.in_(withdrawn)):
        if one.status not in ENDED_STATUSES and not one.unwanted:
            yield f"subscription {one.id} of a withdrawn order is {one.status}"


def when_idle(stripe: StripeObjects) -> list[str]:
    """Differences that are wrong when the worker has done everything."""
    wrong = always()
    for order in Order.select().where(Order.withdrawn_at.is_null(False)):
        for one in Subscription.select().where(
            Subscription.order == order, Subscription.subscription_id.is_null(False)
        ):
            theirs = stripe.subscriptions[one.subscription_id]
            if theirs["status"] not in ENDED_STATUSES:
                wrong.append(f"order {order.id} is withdrawn, and {theirs['id']} is {theirs['status']}")
    waiting = CancellationStatement.select().where(CancellationStatement.handled_at.is_null())
    return wrong + [f"cancellation {statement.id} is waiting" for statement in waiting]
