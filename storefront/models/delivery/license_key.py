"""License keys: each one is given to one order, and never to another."""

from collections.abc import Iterable
from typing import Any, cast

from peewee import SQL, CharField, ForeignKeyField, fn

from storefront.db import Derived, Trigger
from storefront.models.base import Record, UtcDateTimeField, now
from storefront.models.counters.counter import Counter, CounterKind
from storefront.models.delivery.deliverable import Deliverable
from storefront.models.orders.order import Order
from storefront.models.orders.order_status import OrderStatus

MAX_KEY_LENGTH = 500


class LicenseKey(Record):
    """A free key has no order. An order holds a key from the start of checkout; `given_at` is when it was paid.

    A key that was given stays with its order for ever, also after a refund.
    """

    deliverable = ForeignKeyField(Deliverable, backref="keys", on_delete="CASCADE")
    deliverable_id: int
    value = CharField(max_length=MAX_KEY_LENGTH)
    order = ForeignKeyField(Order, null=True, on_delete="RESTRICT")
    order_id: int | None
    given_at = UtcDateTimeField(null=True)
    created_at = UtcDateTimeField(default=now)

    class Meta:
        indexes = ((("deliverable", "value"), True),)


LicenseKey.add_index(
    LicenseKey.index(LicenseKey.deliverable, LicenseKey.id, where=SQL("order_id IS NULL"), name="license_key_free")
)

LicenseKey.add_index(
    LicenseKey.index(LicenseKey.deliverable, LicenseKey.id, where=SQL("given_at IS NOT NULL"), name="license_key_given")
)
_NOT_GIVEN = "'free', 'held'"
_LEFT = (
    f'(SELECT COALESCE(SUM(number), 0) FROM "{Counter._meta.table_name}"'  # noqa: S608
    f" WHERE kind = '{CounterKind.LICENSE_KEYS}' AND subject = d.id AND status IN ({_NOT_GIVEN}))"
)
_LEAST = (
    f'(SELECT CAST(MIN({_LEFT}) AS INTEGER) FROM "{Deliverable._meta.table_name}" d'  # noqa: S608
    " WHERE d.offer_id = o.id AND d.kind = 'keys' AND d.removed_at IS NULL AND d.option_id {option})"
)
# SQL: how many units of the offer "o" its license keys suffice for, keys that unpaid orders hold included; NULL where
# it has none. Only a number is compared for an offer without keys.
OFFER_KEYS_LEFT = f"(CASE WHEN o.key_lists > 0 THEN {_LEAST.format(option='IS NULL')} END)"
# SQL: the same for the keys of the price option "p" of the offer "o".
OPTION_KEYS_LEFT = f"(CASE WHEN o.key_lists > 0 THEN {_LEAST.format(option='= p.id')} END)"


def keys_by_state(deliverable_ids: Iterable[int]) -> dict[int, dict[str, int]]:
    """{id of a list of keys: {"free", "held" or "given": number of keys}}, for several lists in one small query."""
    query = Counter.select(Counter.subject, Counter.status, fn.SUM(Counter.number))
    query = query.where(Counter.kind == CounterKind.LICENSE_KEYS, Counter.subject.in_(list(deliverable_ids)))
    found: dict[int, dict[str, int]] = {}
    rows = cast(Iterable[tuple[int, str, Any]], query.group_by(Counter.subject, Counter.status).tuples())
    for subject, state, number in rows:
        found.setdefault(int(subject), {})[state] = int(number)
    return found


_UNSOLD = f"('{OrderStatus.EXPIRED}', '{OrderStatus.FAILED}')"
_CLOSED = f"SELECT id FROM shop_order WHERE status IN {_UNSOLD}"  # noqa: S608
# Whoever closes an order that was not paid frees the keys that it holds, in the same transaction.
HELD_KEYS = Derived(
    "held_keys",
    (
        Trigger(
            "held_keys_freed",
            "shop_order",
            "update",
            ("UPDATE license_key SET order_id = NULL WHERE order_id = NEW.id AND given_at IS NULL",),
            columns=("status",),
            when=f"NEW.status IN {_UNSOLD} AND OLD.status <> NEW.status",
        ),
    ),
    (f"UPDATE license_key SET order_id = NULL WHERE given_at IS NULL AND order_id IN ({_CLOSED})",),  # noqa: S608
)
