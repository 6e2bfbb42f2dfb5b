"""The indexes of the stored objects, and the queries that use them: no request reads more as objects accumulate."""

import re
from typing import Any

from stripe_simulator.keys import Realm

# By kind: the fields that objects are looked up by, the most selective first. Nested fields are written with dots.
INDEXED: dict[str, tuple[str, ...]] = {
    "balance_transaction": ("source", "_payout"),
    "charge": ("payment_intent", "customer"),
    "customer": ("test_clock", "email"),
    "dispute": ("charge", "payment_intent"),
    "event": ("type",),
    "invoice": ("parent.subscription_details.subscription", "customer", "status"),
    "invoice_payment": ("invoice", "payment.payment_intent", "status"),
    "payment_intent": ("customer",),
    "payment_method": ("customer",),
    "price": ("lookup_key", "product"),
    "refund": ("charge", "payment_intent"),
    "setup_attempt": ("setup_intent",),
    "setup_intent": ("payment_method", "customer"),
    "subscription": ("items.data[0].id", "default_payment_method", "customer", "test_clock", "status"),
    "subscription_schedule": ("customer",),
}
UNDELIVERED = "json_extract(body, '$.pending_webhooks') > 0"
BY_TIME, BY_DELIVERY = "object_by_time", "object_undelivered"
# The order of lists: the time of creation, then the order in which objects were stored.
SECOND = 1_000_000_000
PLACE_TYPE = f"INTEGER AS (json_extract(body, '$.created') * {SECOND} + seq)"
# A bound in seconds: a comparison, and the seconds to add to it.
BOUNDS = {"gt": (">=", 1), "gte": (">=", 0), "lt": ("<", 0), "lte": ("<", 1)}


def field(path: str) -> str:
    """The SQL expression for a field of the stored JSON."""
    return f"json_extract(body, '$.{path}')"


def index_name(kind: str, path: str) -> str:
    return f"object_{kind}_{re.sub('[^a-z0-9]+', '_', path)}"


def create_statements() -> list[str]:
    """The SQL that creates all indexes of the objects."""
    made = [
        f"{index_name(kind, path)} ON object ({field(path)}, account, livemode, place) "
        f"WHERE kind = '{kind}' AND {field(path)} IS NOT NULL"
        for kind, paths in INDEXED.items()
        for path in paths
    ]
    made.append(f"{BY_TIME} ON object (account, livemode, kind, place)")
    made.append(f"{BY_DELIVERY} ON object (account, livemode, place) WHERE kind = 'event' AND {UNDELIVERED}")
    return [f"CREATE INDEX IF NOT EXISTS {one}" for one in made]


def list_query(
    realm: Realm,
    kind: str,
    equal: dict[str, Any],
    created: Any = None,
    cursor: int | None = None,
    *,
    oldest_first: bool = False,
    undelivered: bool = False,
) -> tuple[str, list[Any]]:
    """The query for the bodies of objects whose fields `equal` these values, newest first, with its parameters.

    `created` is a timestamp or a hash of gt, gte, lt, lte in seconds since 1970. `cursor` is the place
    of the object before the first one.
    """
    # The literal kind lets SQLite use the partial indexes.
    conditions, values = [f"kind = '{kind}'", "account = ?", "livemode = ?"], [realm.account.id, realm.livemode]
    first = next((path for path in INDEXED.get(kind, ()) if path in equal), None)
    index = index_name(kind, first) if first else BY_DELIVERY if undelivered else BY_TIME
    for path, value in equal.items():
        conditions.append(f"{field(path)} = ?")
        values.append(value)
    for name, limit in ({"gte": created, "lte": created} if isinstance(created, int) else created or {}).items():
        comparison, added = BOUNDS[name]
        conditions.append(f"place {comparison} ?")
        values.append((limit + added) * SECOND)
    if cursor is not None:
        conditions.append(f"place {'>' if oldest_first else '<'} ?")
        values.append(cursor)
    if undelivered:
        conditions.append(UNDELIVERED)
    return (
        f"SELECT place, body FROM object INDEXED BY {index} "  # noqa: S608 - names from this package
        f"WHERE {' AND '.join(conditions)} ORDER BY place {'ASC' if oldest_first else 'DESC'}"
    ), values
