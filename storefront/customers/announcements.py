"""Emails to those who have bought an offer before, about what they get in addition."""

from peewee import SQL

from storefront import delivery, emails
from storefront.db import db
from storefront.isolation import Run
from storefront.models import SETTLED_STATUSES, Deliverable, EmailKind, Offer, Order

# Orders that one run reads of one deliverable.
BATCH = 200


def announce_deliverables() -> Run:
    """Write to the earlier customers of what the owner has added for them, a part of them in each run."""
    run = Run()
    run.each(_to_announce, _announce, name=lambda row: f"announcing deliverable {row.id}")
    return run


def _to_announce() -> list[Deliverable]:
    rows = Deliverable.select(Deliverable, Offer).join(Offer)
    # As its index has it.
    return list(rows.where(SQL("NOT announced")).order_by(Deliverable.id))


def _announce(row: Deliverable) -> None:
    """Write to the next customers. Those who have no access any more get nothing."""
    if row.removed_at is not None:
        Deliverable.update(announced=True).where(Deliverable.id == row.id).execute()
        return
    newer = (Order.offer == row.offer) & (Order.id > row.announced_to)
    orders = list(Order.select().where(newer).order_by(Order.id).limit(BATCH))
    earlier = [order for order in orders if order.paid_at is not None and order.paid_at <= row.created_at]
    for order in orders:
        order.offer = row.offer
    settled = [order for order in earlier if order.status in SETTLED_STATUSES and row.is_for(order.option_id)]
    access = delivery.delivered_by_order(settled)
    with db.atomic():
        for order in settled:
            if any(item.deliverable.id == row.id for item in access[order.id].items):
                emails.write(EmailKind.DELIVERY_CHANGED, order, f"delivery-{row.id}-{order.id}")
        last = orders[-1].id if orders else row.announced_to
        is_over = len(orders) < BATCH or orders[-1].created_at > row.created_at
        Deliverable.update(announced=is_over, announced_to=last).where(Deliverable.id == row.id).execute()
