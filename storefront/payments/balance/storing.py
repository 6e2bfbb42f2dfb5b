"""Stores what Stripe says about an account's balance. The same entry again changes nothing."""

from collections.abc import Sequence
from typing import Any

from storefront.db import db
from storefront.models import BalanceTransaction, Merchant, Payout
from storefront.stripe_gateway import BalanceEntry, PayoutEntry


def store_transactions(merchant: Merchant, entries: Sequence[BalanceEntry]) -> None:
    """Insert those that are new: Stripe never changes the amounts of one.

    `entries` are newest first, as Stripe lists them. The oldest one gets the lowest id, so that lists have those of the
    same second in Stripe's order: a payout after what it contains.
    """
    rows = [_values(merchant, entry) for entry in reversed(entries)]
    if rows:
        with db.atomic():
            BalanceTransaction.insert_many(rows).on_conflict_ignore().execute()


def store_contents(payout: Payout, entries: Sequence[BalanceEntry]) -> None:
    """Insert the transactions that a payout contains, and note that it does."""
    if not entries:
        return
    with db.atomic():
        store_transactions(payout.merchant, entries)
        BalanceTransaction.update(payout=payout).where(
            BalanceTransaction.merchant == payout.merchant_id,
            BalanceTransaction.stripe_id.in_([entry.id for entry in entries]),
        ).execute()


def store_payouts(merchant: Merchant, entries: Sequence[PayoutEntry]) -> None:
    """Insert payouts that are new, and update the status of those that are known."""
    with db.atomic():
        known = {
            row.stripe_id: row
            for row in Payout.select().where(
                Payout.merchant == merchant, Payout.stripe_id.in_([entry.id for entry in entries])
            )
        }
        # Newest first, as Stripe lists them. The oldest one gets the lowest id.
        for entry in reversed(entries):
            row = known.get(entry.id)
            if row is None:
                # Stripe is still putting together what it contains: the next reading finds it.
                if entry.is_complete:
                    Payout.create(merchant=merchant, mode=merchant.mode, **_payout_values(entry))
            elif (row.status, row.failure, row.arrives_at) != (entry.status, entry.failure, entry.arrives):
                row.status, row.failure, row.arrives_at = entry.status, entry.failure, entry.arrives
                row.save()


def _values(merchant: Merchant, entry: BalanceEntry) -> dict[str, Any]:
    return {
        "merchant": merchant.id,
        "stripe_id": entry.id,
        "type": entry.type[:60],
        "category": entry.category,
        "amount": entry.amount,
        "fee": entry.fee,
        "net": entry.net,
        "currency": entry.currency,
        "charged_amount": entry.charged_amount,
        "charged_currency": entry.charged_currency,
        "exchange_rate": entry.exchange_rate,
        "source_id": entry.source_id,
        "intent_id": entry.intent_id,
        "created_at": entry.created,
        "available_at": entry.available,
    }


def _payout_values(entry: PayoutEntry) -> dict[str, Any]:
    return {
        "stripe_id": entry.id,
        "status": entry.status,
        "amount": entry.amount,
        "currency": entry.currency,
        "automatic": entry.automatic,
        "failure": entry.failure[:60],
        "created_at": entry.created,
        "arrives_at": entry.arrives,
    }
