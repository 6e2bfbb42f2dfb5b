"""Counting what balance transactions add up to, by month and merchant."""

from storefront.models.counters.counted import Counted, Days
from storefront.models.counters.counter import CounterKind

_COLUMNS = ("merchant_id", "created_at", "currency", "category")
BALANCE = (
    Counted(
        CounterKind.BALANCE,
        "balance_transaction",
        (*_COLUMNS, "amount"),
        merchant="{row}.merchant_id",
        # The merchant is in the status: then the merchants of a month stand together.
        status="{row}.merchant_id || ' ' || {row}.category",
        currency="{row}.currency",
        day="created_at",
        days=Days.MONTH,
        amount="{row}.amount",
    ),
    Counted(
        CounterKind.BALANCE_FEES,
        "balance_transaction",
        (*_COLUMNS, "fee"),
        where="{row}.fee <> 0",
        merchant="{row}.merchant_id",
        status="'' || {row}.merchant_id",
        currency="{row}.currency",
        day="created_at",
        days=Days.MONTH,
        amount="{row}.fee",
    ),
)
