"""Giving a paid order what it has bought."""

from storefront import settings
from storefront.delivery import keys
from storefront.models import Deliverable, DeliverableKind, Delivery, LicenseKey, Order, keys_by_state, now


def give(order: Order) -> bool:
    """Give the order its keys, and note what it has bought, in the transaction that marks it as paid.

    False if there are too few keys: it gets none then, and the caller refunds it.
    """
    offer = order.offer
    if not offer.delivers:
        return True
    items = [one for one in Deliverable.of_offer(offer) if one.is_for(order.option_id)]
    lists = [one for one in items if one.kind == DeliverableKind.KEYS]
    if lists:
        offer.lock()
    if not all(keys.take(order, one, order.quantity) for one in lists):
        keys.free_all(order)
        return False
    LicenseKey.update(given_at=now()).where(LicenseKey.order == order, LicenseKey.given_at.is_null()).execute()
    if items:
        Delivery.insert_unless_exists(order=order, items=[one.id for one in items])
    return True


def give_option(order: Order) -> None:
    """Give a subscription that has switched to another price option what belongs to that one, in place of the other.

    License keys stay as they are.
    """
    if order.offer.delivers:
        items = [one.id for one in Deliverable.of_offer(order.offer) if one.is_for(order.option_id)]
        Delivery.update(items=items).where(Delivery.order == order).execute()


def lists_to_report(order: Order) -> list[tuple[Deliverable, int]]:
    """The key lists of the order's offer that the owner has to hear about, with the number of free keys.

    In the caller's transaction, each is marked as reported: it is reported once as low and once as empty.
    """
    lists = keys.lists_of(order.offer)
    if not lists:
        return []
    states, limit = keys_by_state([one.id for one in lists]), settings.current().keys_low
    found = []
    for one in lists:
        left = states.get(one.id, {}).get("free", 0)
        if left > limit:
            continue
        column, time = Deliverable.told_low_at if left else Deliverable.told_out_at, now()
        is_news = (
            Deliverable.update(told_low_at=time, told_out_at=None if left else time)
            .where(Deliverable.id == one.id, column.is_null())
            .execute()
        )
        if is_news:
            found.append((one, left))
    return found
