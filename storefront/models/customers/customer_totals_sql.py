"""SQL of `customer_total`: what payments, refunds and subscriptions count for, and the statement that adds it.

`row` is NEW, OLD, or the alias of a table in `source`; `only` limits that table. `sign` is "" or "-".
"""

from storefront.models.subscriptions.subscription_status import RUNNING_STATUSES, SubscriptionStatus

COLUMNS = "email, mode, currency, paid, refunded, running"
_CHARGED = ", ".join(f"'{status}'" for status in sorted(RUNNING_STATUSES - {SubscriptionStatus.TRIALING}))
_TRIALING = f"'{SubscriptionStatus.TRIALING}'"
_UPSERT = """ ON CONFLICT (email, mode, currency) DO UPDATE SET paid = customer_total.paid + excluded.paid,
    refunded = customer_total.refunded + excluded.refunded, running = customer_total.running + excluded.running"""


def add(selected: str, dialect: str) -> str:
    """The statement that adds the selected COLUMNS: to the row that is there on SQLite, as new rows on PostgreSQL."""
    insert = f"INSERT INTO customer_total ({COLUMNS}, is_merged) SELECT {COLUMNS}, false FROM ({selected}) AS changed"
    return f"{insert} WHERE true{_UPSERT if dialect == 'sqlite' else ''}"


def paid(row: str, sign: str = "", source: str = "", only: str = "true") -> str:
    """What payments count for, without subscriptions that they start."""
    return f"""SELECT LOWER(o.email) AS email, m.mode AS mode, {row}.currency AS currency, {sign}{row}.amount AS paid,
        0 AS refunded, 0 AS running FROM {source} shop_order AS o, merchant AS m WHERE o.id = {row}.order_id
        AND m.id = {row}.merchant_id AND {row}.status = 'succeeded' AND {row}.amount > 0 AND {only}"""


def refunded(row: str, sign: str = "", source: str = "", only: str = "true") -> str:
    """What refunds count for."""
    return f"""SELECT LOWER(o.email) AS email, m.mode AS mode, {row}.currency AS currency, 0 AS paid,
        {sign}{row}.amount AS refunded, 0 AS running FROM {source} payment AS p, shop_order AS o, merchant AS m
        WHERE p.id = {row}.payment_id AND o.id = p.order_id AND m.id = p.merchant_id AND {row}.status = 'succeeded'
        AND {only}"""


def running(row: str, sign: str = "", source: str = "", only: str = "true") -> str:
    """What subscriptions count for, in their mode and the currency "". A trial runs once its card is saved."""
    return f"""SELECT LOWER(o.email) AS email, m.mode AS mode, '' AS currency, 0 AS paid, 0 AS refunded,
        {sign}1 AS running FROM {source} shop_order AS o, payment AS p, merchant AS m
        WHERE o.id = {row}.order_id AND p.id = {row}.payment_id AND m.id = {row}.merchant_id
        AND ({row}.status IN ({_CHARGED}) OR ({row}.status = {_TRIALING} AND p.status = 'succeeded'))
        AND {only}"""


def running_trials() -> str:
    """What the trials of a payment count for whose status changes."""
    return f"""SELECT LOWER(o.email) AS email, m.mode AS mode, '' AS currency, 0 AS paid, 0 AS refunded,
        CASE WHEN NEW.status = 'succeeded' THEN 1 ELSE -1 END AS running
        FROM subscription AS s, shop_order AS o, merchant AS m
        WHERE m.id = s.merchant_id AND s.payment_id = NEW.id AND s.status = {_TRIALING} AND o.id = s.order_id
        AND (NEW.status = 'succeeded') <> (OLD.status = 'succeeded')"""


def everything() -> str:
    """What all rows count for."""
    return " UNION ALL ".join(
        (
            paid("r", source="payment AS r,"),
            refunded("r", source="refund AS r,"),
            running("r", source="subscription AS r,"),
        )
    )


def moved() -> str:
    """What the rows of an order with a new address count for: taken from the old address, given to the new one."""
    of_order = " UNION ALL ".join(
        (
            paid("r", source="payment AS r,", only="r.order_id = NEW.id"),
            refunded("r", source="refund AS r,", only="p.order_id = NEW.id"),
            running("r", source="subscription AS r,", only="r.order_id = NEW.id"),
        )
    )
    return f"""SELECT address.email AS email, t.mode AS mode, t.currency AS currency, address.sign * t.paid AS paid,
        address.sign * t.refunded AS refunded, address.sign * t.running AS running FROM ({of_order}) AS t,
        (SELECT LOWER(OLD.email) AS email, -1 AS sign UNION ALL SELECT LOWER(NEW.email), 1) AS address
        WHERE LOWER(OLD.email) <> LOWER(NEW.email)"""
