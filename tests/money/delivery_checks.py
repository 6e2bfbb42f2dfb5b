"""Compare license keys and what orders were given with the orders; each check returns the differences."""

from collections.abc import Iterator

from storefront import delivery
from storefront.models import (
    PAYABLE_STATUSES,
    Deliverable,
    DeliverableKind,
    Delivery,
    Invoice,
    LicenseKey,
    Order,
    Subscription,
    TimelineEntry,
    TimelineKind,
    now,
)


def always() -> list[str]:
    """Differences that are wrong at any moment."""
    return [*_keys_belong_to_their_orders(), *_access_follows_the_money()]


def _keys_belong_to_their_orders() -> Iterator[str]:
    """An order that can be paid holds a key for each unit; one that was paid has them; any other has none."""
    for order in Order.select():
        of_order = LicenseKey.select().where(LicenseKey.order == order)
        held, given = (of_order.where(LicenseKey.given_at.is_null(is_null)).count() for is_null in (True, False))
        if order.is_settled:
            served = Delivery.of(order) is not None
            if held or given != _keys_wanted(order, served):
                yield f"order {order.id} ({order.status}) of {order.quantity} has {given} keys and holds {held}"
            if order.offer.delivers and not served and not _was_sold_out(order):
                yield f"order {order.id} is {order.status} and was given nothing"
        elif given or (held and order.status not in PAYABLE_STATUSES):
            yield f"order {order.id} is {order.status}, holds {held} keys and has {given}"


def _keys_wanted(order: Order, served: bool) -> int:
    lists = Deliverable.select().where(Deliverable.offer == order.offer, Deliverable.kind == DeliverableKind.KEYS)
    return order.quantity * sum(row.is_for(order.option_id) for row in lists) if served else 0


def _was_sold_out(order: Order) -> bool:
    entries = TimelineEntry.select().where(TimelineEntry.order == order, TimelineEntry.kind == TimelineKind.SOLD_OUT)
    return bool(entries.exists())


def _access_follows_the_money() -> Iterator[str]:
    for order in Order.select().where(Order.offer.is_null(False)):
        found = delivery.delivered(order)
        returned = order.is_withdrawn or (order.status == "refunded" and not order.recurs) or not order.is_settled
        if returned and found.items:
            yield f"order {order.id} is {order.status} and still shows {len(found.items)} items"
        if order.status in ("paid", "partially_refunded") and not returned and not order.recurs and found.no_access:
            yield f"order {order.id} is {order.status} and shows nothing: {found.no_access}"


def access_of_subscribers() -> Iterator[str]:
    """Customers who pay, or have paid a plan in full, have what the offer delivers; after the paid period, nobody."""
    for subscription in Subscription.select():
        order = Order.get_by_id(subscription.order_id)
        if not order.offer.delivers:
            continue
        current = Subscription.current(order)
        if current is None or current.id != subscription.id or not order.is_settled:
            continue
        items, state = delivery.delivered(order).items, f"order {order.id} ({order.status}) is {subscription.status}"
        pays_on = subscription.status in ("trialing", "active") and order.status in ("paid", "partially_refunded")
        if pays_on and not (items or order.is_withdrawn or subscription.unwanted):
            yield f"{state} and shows nothing"
        if items and (order.is_withdrawn or (subscription.is_ended and not _is_paid_for_now(subscription))):
            yield f"{state} and still shows {len(items)} items"


def _is_paid_for_now(subscription: Subscription) -> bool:
    paid = [invoice for invoice in subscription.invoices if invoice.status == "paid"]
    ends = [invoice.period_end for invoice in paid if invoice.period_end] + [subscription.trial_end or now()]
    return max(ends) > now() or bool(subscription.is_plan and Invoice.all_installments_paid(subscription))
