"""The triggers that keep `customer` and `customer_total` in step with orders, payments, refunds and subscriptions.

Locks on PostgreSQL: new orders, changed addresses and deleted orders lock customers' rows, after all their other locks,
and those of two customers in the order of their addresses. Payments, refunds and subscriptions only insert rows: their
transactions lock offers later. They hold the lock of their order, so its address does not change at the same time.
"""

from storefront.db import Derived, Trigger
from storefront.models.customers import customer_totals_sql as totals

# A customer is found by so many characters of names. One who uses hundreds of names must not make each order slow.
MAX_NAMES = 2000
DIALECTS = ("sqlite", "postgresql")

_OLD, _NEW = "LOWER(OLD.email)", "LOWER(NEW.email)"
_OF_OLD = f"o.email_folded = OLD.email_folded AND LOWER(o.email) = {_OLD}"
_NEWEST_OF_OLD = f"(SELECT o.id FROM shop_order AS o WHERE {_OF_OLD} ORDER BY o.id DESC LIMIT 1)"

MODES = ("live", "test")
_OF_MODES = ", ".join(f"{mode}_orders, newest_{mode}_id" for mode in MODES)
# What an order with a `mode` counts for, and sums of that.
_COUNTED = ", ".join(
    f"CASE mode WHEN '{mode}' THEN {{number}} ELSE 0 END AS {mode}_orders,"
    f" CASE mode WHEN '{mode}' THEN {{id}} ELSE 0 END AS newest_{mode}_id"
    for mode in MODES
)
_SUMS = ", ".join(f"SUM({mode}_orders), MAX(newest_{mode}_id)" for mode in MODES)
_SUMS_OF_ORDERS = ", ".join(
    f"SUM(CASE mode WHEN '{mode}' THEN 1 ELSE 0 END) AS {mode}_orders,"
    f" MAX(CASE mode WHEN '{mode}' THEN id ELSE 0 END) AS newest_{mode}_id"
    for mode in MODES
)
# A bulk load leaves the mode of its rows to a trigger.
_MODE_OF_NEW = "(SELECT m.mode AS mode FROM merchant AS m WHERE m.id = NEW.merchant_id) AS of_order"
_ADD_MODES = "".join(
    f""",
        {mode}_orders = customer.{mode}_orders + excluded.{mode}_orders,
        newest_{mode}_id = CASE WHEN excluded.newest_{mode}_id > customer.newest_{mode}_id
            THEN excluded.newest_{mode}_id ELSE customer.newest_{mode}_id END"""
    for mode in MODES
)

_INSERTED = f"""INSERT INTO customer (email, newest_order_id, orders, search_text, {_OF_MODES})
    SELECT {_NEW}, NEW.id, 1, NEW.email_folded || '\n' || NEW.name_folded || '\n',
        {_COUNTED.format(number=1, id="NEW.id")} FROM {_MODE_OF_NEW} WHERE true
    ON CONFLICT (email) DO UPDATE SET orders = customer.orders + 1,
        newest_order_id = CASE WHEN NEW.id > customer.newest_order_id THEN NEW.id ELSE customer.newest_order_id
            END{_ADD_MODES},
        search_text = CASE WHEN LENGTH(customer.search_text) < {MAX_NAMES}
            AND REPLACE(customer.search_text, '\n' || NEW.name_folded || '\n', '') = customer.search_text
            THEN customer.search_text || NEW.name_folded || '\n' ELSE customer.search_text END"""
_MOVED = f"""INSERT INTO customer (email, newest_order_id, orders, search_text, {_OF_MODES})
    SELECT email, MAX(newest), SUM(orders), MAX(folded) || '\n', {_SUMS} FROM (
        SELECT email, newest, orders, folded, {_COUNTED.format(number="orders", id="newest")}
        FROM (SELECT {_OLD} AS email, 0 AS newest, -1 AS orders, OLD.email_folded AS folded
            UNION ALL SELECT {_NEW}, NEW.id, 1, NEW.email_folded) AS address, {_MODE_OF_NEW}) AS changed
    WHERE true GROUP BY email ORDER BY email
    ON CONFLICT (email) DO UPDATE SET orders = customer.orders + excluded.orders, newest_order_id = CASE
        WHEN excluded.newest_order_id > customer.newest_order_id THEN excluded.newest_order_id
        ELSE customer.newest_order_id END{_ADD_MODES}"""
_NAME_ADDED = f"""UPDATE customer SET search_text = search_text || NEW.name_folded || '\n'
    WHERE email = {_NEW} AND LENGTH(search_text) < {MAX_NAMES}
    AND REPLACE(search_text, '\n' || NEW.name_folded || '\n', '') = search_text"""
_DELETED = f"""UPDATE customer SET orders = orders - 1{
    "".join(f", {mode}_orders = {mode}_orders - CASE OLD.mode WHEN '{mode}' THEN 1 ELSE 0 END" for mode in MODES)
} WHERE email = {_OLD}"""
_AFTER_REMOVAL = (
    f"DELETE FROM customer WHERE email = {_OLD} AND orders < 1",
    f"""DELETE FROM customer_total WHERE email = {_OLD}
        AND NOT EXISTS (SELECT 1 FROM customer WHERE customer.email = {_OLD})""",
    f"""UPDATE customer SET newest_order_id = COALESCE({_NEWEST_OF_OLD}, newest_order_id)
        WHERE email = {_OLD} AND newest_order_id = OLD.id""",
    *(
        f"""UPDATE customer SET newest_{mode}_id = COALESCE((SELECT o.id FROM shop_order AS o WHERE {_OF_OLD}
            AND o.mode = '{mode}' ORDER BY o.id DESC LIMIT 1), 0) WHERE email = {_OLD} AND newest_{mode}_id = OLD.id"""
        for mode in MODES
    ),
    f"""UPDATE customer SET search_text = REPLACE(search_text, '\n' || OLD.name_folded || '\n', '\n')
        WHERE email = {_OLD} AND REPLACE(search_text, '\n' || OLD.name_folded || '\n', '') <> search_text
        AND NOT EXISTS (SELECT 1 FROM shop_order AS o WHERE {_OF_OLD} AND o.name_folded = OLD.name_folded)""",
)

_REBUILT_CUSTOMERS = f"""INSERT INTO customer (email, newest_order_id, orders, search_text, {_OF_MODES})
    SELECT email, MAX(newest), SUM(orders),
        MAX(folded) || '\n' || SUBSTR({{joined}}(name, '\n'), 1, {MAX_NAMES}) || '\n', {_SUMS}
    FROM (SELECT LOWER(email) AS email, MAX(email_folded) AS folded, name_folded AS name, MAX(id) AS newest,
        COUNT(*) AS orders, {_SUMS_OF_ORDERS} FROM shop_order GROUP BY LOWER(email), name_folded) AS of_name
    GROUP BY email"""
_REBUILT_TOTALS = f"""INSERT INTO customer_total ({totals.COLUMNS}, is_merged)
    SELECT email, mode, currency, SUM(paid), SUM(refunded), SUM(running), true
    FROM ({totals.everything()}) AS counted GROUP BY email, mode, currency"""


def _rebuild(dialect: str) -> tuple[str, ...]:
    customers = _REBUILT_CUSTOMERS.format(joined="GROUP_CONCAT" if dialect == "sqlite" else "STRING_AGG")
    return "DELETE FROM customer", "DELETE FROM customer_total", customers, _REBUILT_TOTALS


def _changed(columns: tuple[str, ...]) -> str:
    return " OR ".join(f"OLD.{column} IS DISTINCT FROM NEW.{column}" for column in columns)


def _adding(table: str, event: str, *selected: str, columns: tuple[str, ...] = (), when: str = "") -> Trigger:
    """A trigger that adds to `customer_total`. With `columns`, only if one of them changes."""
    statements = {dialect: tuple(totals.add(one, dialect) for one in selected) for dialect in DIALECTS}
    conditions = [when] if when else []
    conditions += [f"({_changed(columns)})"] if columns else []
    return Trigger(f"customer_{table}_{event}", table, event, statements, columns, " AND ".join(conditions))


_NAMES = ("email", "email_folded", "name_folded")
_SUCCEEDED = "'succeeded' IN (OLD.status, NEW.status)"
_MOVED_TOTALS = {
    dialect: (_MOVED, _NAME_ADDED, totals.add(totals.moved(), dialect), *_AFTER_REMOVAL) for dialect in DIALECTS
}
CUSTOMERS = Derived(
    "customers",
    (
        Trigger("customer_order_insert", "shop_order", "insert", (_INSERTED,)),
        Trigger("customer_order_update", "shop_order", "update", _MOVED_TOTALS, _NAMES, _changed(_NAMES)),
        Trigger("customer_order_delete", "shop_order", "delete", (_DELETED, *_AFTER_REMOVAL)),
        _adding("payment", "insert", totals.paid("NEW"), when="NEW.status = 'succeeded'"),
        _adding(
            "payment",
            "update",
            totals.paid("OLD", "-"),
            totals.paid("NEW"),
            totals.running_trials(),
            columns=("status", "amount", "currency", "order_id", "merchant_id"),
            when=_SUCCEEDED,
        ),
        _adding("payment", "delete", totals.paid("OLD", "-"), when="OLD.status = 'succeeded'"),
        _adding("refund", "insert", totals.refunded("NEW"), when="NEW.status = 'succeeded'"),
        _adding(
            "refund",
            "update",
            totals.refunded("OLD", "-"),
            totals.refunded("NEW"),
            columns=("status", "amount", "currency", "payment_id"),
            when=_SUCCEEDED,
        ),
        _adding("refund", "delete", totals.refunded("OLD", "-"), when="OLD.status = 'succeeded'"),
        _adding("subscription", "insert", totals.running("NEW"), when="NEW.status <> ''"),
        _adding(
            "subscription",
            "update",
            totals.running("OLD", "-"),
            totals.running("NEW"),
            columns=("status", "order_id", "payment_id"),
        ),
        _adding("subscription", "delete", totals.running("OLD", "-"), when="OLD.status <> ''"),
    ),
    {dialect: _rebuild(dialect) for dialect in DIALECTS},
    tables=("customer", "customer_total"),
)
