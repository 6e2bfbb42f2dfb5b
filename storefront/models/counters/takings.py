"""Counting what was taken: by day, by offer and month, and what subscriptions are worth."""

from dataclasses import replace

from storefront.db import db, dialect_of, execute, lock_tables
from storefront.models.counters.balance import BALANCE
from storefront.models.counters.counted import Counted, Days, one_of
from storefront.models.counters.counter import CounterKind
from storefront.models.counters.funnel import FUNNEL
from storefront.models.counters.renewals import MERCHANT_OF_SUBSCRIPTION, RECEIVED
from storefront.models.counters.zone_offset import store_offsets
from storefront.models.orders.order_status import SETTLED_STATUSES
from storefront.models.orders.refund import UNSUCCESSFUL_REFUND_STATUSES
from storefront.models.subscriptions.invoice import FIRST_INVOICE, InvoiceStatus
from storefront.models.subscriptions.subscription_status import SubscriptionStatus

_ORDERS = Counted(
    CounterKind.ORDER_TAKINGS,
    "shop_order",
    ("merchant_id", "status", "paid_at", "paid_outside", "currency", "amount"),
    where=f"{{row}}.paid_at IS NOT NULL AND {{row}}.status IN {one_of(SETTLED_STATUSES)} AND NOT {{row}}.paid_outside",
    merchant="{row}.merchant_id",
    currency="{row}.currency",
    day="paid_at",
    days=Days.LOCAL,
    amount="{row}.amount",
)
_RENEWALS = Counted(
    CounterKind.RENEWAL_TAKINGS,
    "invoice",
    ("subscription_id", "status", "reason", "paid_at", "currency", "amount_paid", "amount_received"),
    # The amounts of first invoices are in the orders.
    where=(
        f"{{row}}.paid_at IS NOT NULL AND {{row}}.status = '{InvoiceStatus.PAID}'"
        f" AND {{row}}.reason <> '{FIRST_INVOICE}' AND {RECEIVED} > 0"
    ),
    merchant=MERCHANT_OF_SUBSCRIPTION,
    currency="{row}.currency",
    day="paid_at",
    days=Days.LOCAL,
    amount=RECEIVED,
)
_REFUNDS = Counted(
    CounterKind.REFUNDS,
    "refund",
    ("payment_id", "status", "created_at", "currency", "amount"),
    where=f"{{row}}.status NOT IN {one_of(UNSUCCESSFUL_REFUND_STATUSES)}",
    merchant="(SELECT merchant_id FROM payment WHERE id = {row}.payment_id)",
    currency="{row}.currency",
    day="created_at",
    days=Days.LOCAL,
    amount="{row}.amount",
)
# The offer is the status: then the offers of a month stand together.
_OFFER_ORDERS = replace(
    _ORDERS,
    kind=CounterKind.OFFER_TAKINGS,
    columns=(*_ORDERS.columns, "offer_id"),
    status="'' || {row}.offer_id",
    days=Days.MONTH,
)
_OFFER_RENEWALS = replace(
    _RENEWALS,
    kind=CounterKind.OFFER_TAKINGS,
    name="offer_renewals",
    status="'' || (SELECT offer_id FROM subscription WHERE id = {row}.subscription_id)",
    days=Days.MONTH,
)
_CHARGED = "(COALESCE({row}.items_total, {row}.unit_amount * {row}.quantity) - {row}.discount)"
_VALUES = Counted(
    CounterKind.SUBSCRIPTION_VALUES,
    "subscription",
    (
        *("merchant_id", "status", "instalments", "paused", "unwanted", "cancels_at_period_end", "cancel_at"),
        *("begins_free", "card_id", "currency", "interval", "every"),
        *("items_total", "unit_amount", "quantity", "discount"),
    ),
    # Those that will be charged again and again. One that begins free has no card until its checkout is complete.
    where=(
        f"{{row}}.status IN {one_of((SubscriptionStatus.ACTIVE, SubscriptionStatus.PAST_DUE))}"
        " AND {row}.instalments = 0 AND NOT {row}.paused AND NOT {row}.unwanted AND NOT {row}.cancels_at_period_end"
        " AND {row}.cancel_at IS NULL AND NOT ({row}.begins_free AND {row}.card_id = '')"
    ),
    merchant="{row}.merchant_id",
    currency="{row}.currency",
    status="{row}.every || ' ' || {row}.interval",
    amount=f"CASE WHEN {_CHARGED} > 0 THEN {_CHARGED} ELSE 0 END",
)
TAKINGS = (_ORDERS, _RENEWALS, _REFUNDS, _OFFER_ORDERS, _OFFER_RENEWALS, _VALUES)


def follow_zone(zone: str) -> None:
    """Count by the days of this time zone from now on, also what was counted before.

    Reads each order, renewal, refund and balance transaction if the zone differs. Others can read
    meanwhile; writers wait.
    """
    database = db.obj
    local = [counted for counted in (*TAKINGS, *FUNNEL, *BALANCE) if counted.days != Days.UTC]
    with database.without_time_limit(), db.atomic():
        lock_tables(database, tuple(trigger for counted in local for trigger in counted.triggers()))
        if not store_offsets(zone):
            return
        execute(database, f"DELETE FROM counter WHERE kind IN {one_of({counted.kind for counted in local})}")
        for counted in local:
            execute(database, counted.sums(dialect_of(database)))
