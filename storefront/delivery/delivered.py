"""What the customers of orders are given, as pages and emails show it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from peewee import JOIN, Case

from storefront.delivery.access import NoAccess, access_obstacle
from storefront.models import (
    Deliverable,
    DeliverableKind,
    Delivery,
    LicenseKey,
    Order,
    PreparedQuery,
    StoredFile,
    Subscription,
    json_rows,
    records_of,
)


@dataclass(frozen=True)
class Item:
    """A deliverable that the order has; of a list of license keys with its `keys`."""

    deliverable: Deliverable
    keys: tuple[str, ...] = ()


@dataclass(frozen=True)
class Delivered:
    """What an order has: `bought`, also if the customer has no access (any more), for the reason `no_access`."""

    bought: tuple[Item, ...] = ()
    no_access: NoAccess | None = None
    given_at: datetime | None = None

    @property
    def items(self) -> tuple[Item, ...]:
        """What the customer may have now."""
        return () if self.no_access else self.bought

    def of_kind(self, kind: DeliverableKind) -> list[Item]:
        """What the customer may have of one kind."""
        return [item for item in self.items if item.deliverable.kind == kind]

    @property
    def files(self) -> list[Item]:
        """The files that the customer may download."""
        return self.of_kind(DeliverableKind.FILE)

    @property
    def links(self) -> list[Item]:
        """The links that the customer may open."""
        return self.of_kind(DeliverableKind.LINK)

    @property
    def texts(self) -> list[Item]:
        """The texts that the customer may read."""
        return self.of_kind(DeliverableKind.TEXT)

    @property
    def key_lists(self) -> list[Item]:
        """The license keys that the customer may use."""
        return self.of_kind(DeliverableKind.KEYS)

    def file(self, deliverable_id: int) -> Item | None:
        """The file with this id, if the customer may download it now."""
        return next((item for item in self.files if item.deliverable.id == deliverable_id), None)


NOTHING = Delivered()
_KEY_COLUMNS, _GIVEN = ("id", "value"), ("given_items", "given_at", "given_keys")


def delivered(order: Order, subscription: Subscription | None = None) -> Delivered:
    """What the order delivers. No query for an offer that has never delivered anything; else one, and those of
    `access_obstacle`. `subscription` is the order's newest one; it is read if it is needed.
    """
    if not order.offer.delivers or not order.is_settled:
        return NOTHING
    all_of_offer = _WITH_WHAT_WAS_GIVEN.all(order.id, order.offer_id)
    if not all_of_offer:
        return NOTHING
    given = [{name: one.__data__.pop(name) for name in _GIVEN} for one in all_of_offer]
    keys = {
        (order.id, one.id): [key.value for key in records_of(LicenseKey, _KEY_COLUMNS, own["given_keys"])]
        for one, own in zip(all_of_offer, given, strict=True)
    }
    items, given_at = given[0]["given_items"], given[0]["given_at"]
    bought = _bought(order, Delivery.items.python_value(items) or [], all_of_offer, keys)
    return _with_access(order, bought, Delivery.given_at.python_value(given_at), subscription)


def delivered_by_order(
    orders: Iterable[Order], subscriptions: Mapping[int, Subscription] | None = None
) -> dict[int, Delivered]:
    """{order id: what it delivers} of several orders with their offers, by three queries and those of their access."""
    found = {order.id: NOTHING for order in orders}
    orders = [order for order in orders if order.offer.delivers and order.is_settled]
    if not orders:
        return found
    ids = [order.id for order in orders]
    deliveries = {row.order_id: row for row in Delivery.select().where(Delivery.order.in_(ids))}
    offers = _of_offers({order.offer_id for order in orders})
    keys = _keys_of(ids) if any(one.kind == DeliverableKind.KEYS for some in offers.values() for one in some) else {}
    for order in orders:
        delivery = deliveries.get(order.id)
        bought = _bought(order, delivery.items if delivery else [], offers.get(order.offer_id, []), keys)
        given_at = delivery.given_at if delivery else None
        found[order.id] = _with_access(order, bought, given_at, (subscriptions or {}).get(order.id))
    return found


def _with_access(
    order: Order, bought: list[Item], given_at: datetime | None, subscription: Subscription | None
) -> Delivered:
    no_access = access_obstacle(order, subscription) if bought else None
    return Delivered(tuple(bought), no_access, given_at)


def _bought(
    order: Order, given: Sequence[int], all_of_offer: list[Deliverable], keys: dict[tuple[int, int], list[str]]
) -> list[Item]:
    """What the order was given, with newer files in place of older ones where the owner wants that, and what came later
    for those who pay on, or for whom the owner wants it.
    """
    by_id = {one.id: one for one in all_of_offer}
    shown = []
    for one in all_of_offer:
        if one.kind == DeliverableKind.KEYS:
            if own := keys.get((order.id, one.id)):
                shown.append(Item(one, tuple(own)))
            continue
        is_present = one.removed_at is None and one.is_for(order.option_id)
        came_later = is_present and (order.recurs or one.for_earlier)
        if came_later or one.id in given:
            shown.append(Item(one))
    replaced = {
        older
        for item in shown
        if order.recurs or item.deliverable.for_earlier
        for older in _replaced_by(item.deliverable, by_id)
    }
    return [item for item in shown if item.deliverable.id not in replaced]


def _replaced_by(deliverable: Deliverable, by_id: dict[int, Deliverable]) -> list[int]:
    """The ids of the rows whose place it has taken, one after the other."""
    ids: list[int] = []
    older = deliverable.replaces_id
    while older is not None and older in by_id and older not in ids:
        ids.append(older)
        older = by_id[older].replaces_id
    return ids


def _with_files() -> Any:
    """A query of deliverables with their files, in the order of their offer."""
    rows = Deliverable.select(Deliverable, StoredFile).join(StoredFile, JOIN.LEFT_OUTER)
    return rows.order_by(Deliverable.position, Deliverable.id)


def _with_what_was_given(order: Any, offer: Any) -> Any:
    """All that the order's offer delivers and has delivered, each with what the order was given: the delivery's
    `given_items` and `given_at`, and its `given_keys` of this list.
    """
    delivery = Delivery.order == order
    given = (LicenseKey.order == order) & LicenseKey.given_at.is_null(False)
    keys = json_rows(LicenseKey, _KEY_COLUMNS).where(given, LicenseKey.deliverable == Deliverable.id)
    rows = _with_files().where(Deliverable.offer == offer)
    return rows.select_extend(
        Delivery.select(Delivery.items).where(delivery).alias("given_items"),
        Delivery.select(Delivery.given_at).where(delivery).alias("given_at"),
        Case(None, [(Deliverable.kind == DeliverableKind.KEYS.value, keys)]).alias("given_keys"),
    )


_WITH_WHAT_WAS_GIVEN: PreparedQuery[Deliverable] = PreparedQuery(_with_what_was_given)


def _of_offers(ids: set[int]) -> dict[int, list[Deliverable]]:
    """{offer id: all that it delivers and has delivered, in its order}, with their files."""
    found: dict[int, list[Deliverable]] = {}
    for row in _with_files().where(Deliverable.offer.in_(sorted(ids))):
        found.setdefault(row.offer_id, []).append(row)
    return found


def _keys_of(order_ids: list[int]) -> dict[tuple[int, int], list[str]]:
    """{(order id, id of the list): the keys that it was given}."""
    rows = LicenseKey.select(LicenseKey.order, LicenseKey.deliverable, LicenseKey.value)
    found: dict[tuple[int, int], list[str]] = {}
    rows = rows.where(LicenseKey.order.in_(order_ids), LicenseKey.given_at.is_null(False))
    for row in rows.order_by(LicenseKey.id):
        found.setdefault((row.order_id or 0, row.deliverable_id), []).append(row.value)
    return found
