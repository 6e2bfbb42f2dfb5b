"""Compare balance transactions, payouts and their sums in the shop with the simulator's books."""

from collections import Counter as Sums
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from storefront import settings
from storefront.models import BalanceTransaction, Merchant, Payment, Payout
from storefront.payments import balance_sums
from stripe_simulator.ledger import balances
from stripe_simulator.store import Store

COLUMN_OF = {
    "charge": "gross",
    "refund": "refunds",
    "refund_failure": "refunds",
    "dispute": "disputes",
    "dispute_reversal": "disputes",
    "payout": "paid_out",
    "payout_reversal": "paid_out",
}


def when_idle(store: Store) -> list[str]:
    """What is wrong when everything was read, in words: rows that differ from Stripe's, and sums that differ from them.

    Only the accounts that the shop has connected are compared.
    """
    merchants = {(one.stripe_account_id, one.is_live): one for one in Merchant.select_connected()}
    books = [(merchants.get((one["account"], one["livemode"])), one) for one in balances(store)]
    known = [(merchant, book) for merchant, book in books if merchant is not None]
    return [
        *(line for merchant, book in known for line in _transactions(merchant, book)),
        *(line for merchant, book in known for line in _payouts(merchant, book)),
        *_sums(known),
        *_payments(known),
    ]


def _transactions(merchant: Merchant, book: dict[str, Any]) -> list[str]:
    rows = {row.stripe_id: row for row in BalanceTransaction.select().where(BalanceTransaction.merchant == merchant)}
    payouts = {row.id: row.stripe_id for row in Payout.select().where(Payout.merchant == merchant)}
    stored = {
        id_: (row.type, row.amount, row.fee, row.net, row.currency, row.source_id, payouts.get(row.payout_id or 0, ""))
        for id_, row in rows.items()
    }
    automatic = {one["id"] for one in book["payouts"] if one["automatic"]}
    expected = {
        one["id"]: (
            *(one["type"], one["amount"], one["fee"], one["net"], one["currency"].upper(), one["source"] or ""),
            one["payout"] if one["payout"] in automatic else "",
        )
        for one in book["transactions"]
    }
    return _differences("balance transaction", stored, expected)


def _payouts(merchant: Merchant, book: dict[str, Any]) -> list[str]:
    stored = {
        row.stripe_id: (row.status, row.amount, row.currency)
        for row in Payout.select().where(Payout.merchant == merchant)
    }
    expected = {one["id"]: (one["status"], one["amount"], one["currency"].upper()) for one in book["payouts"]}
    return _differences("payout", stored, expected)


def _sums(known: list[tuple[Merchant, dict[str, Any]]]) -> list[str]:
    """The sums by month, from the counters, are those of Stripe's transactions."""
    zone, expected = ZoneInfo(settings.time_zone()), Sums[tuple[Any, ...]]()
    for merchant, book in known:
        for one in book["transactions"]:
            created = _at(one["created"], zone)
            key = (created, merchant.id, merchant.mode, one["currency"].upper())
            column = COLUMN_OF.get(one["reporting_category"], "other")
            expected[(*key, column)] += -one["amount"] if column == "paid_out" else one["amount"]
            expected[(*key, "fees")] += one["fee"]
            if column != "paid_out":
                expected[(*key, "net")] += one["net"]
    shown = {
        (one.month, one.merchant_id, one.mode, one.currency, column): getattr(one, column)
        for one in balance_sums("2000-01", "2999-12").months
        for column in (*set(COLUMN_OF.values()), "other", "fees", "net")
    }
    keys = expected.keys() | shown.keys()
    return [
        f"sum {key}: {shown.get(key, 0)} instead of {expected[key]}"
        for key in sorted(keys)
        if shown.get(key, 0) != expected[key]
    ]


def _payments(known: list[tuple[Merchant, dict[str, Any]]]) -> list[str]:
    """Each payment that took money has one charge, of its own amount in its own currency."""
    wrong = []
    for merchant, _book in known:
        taken = Payment.select().where(Payment.merchant == merchant, Payment.succeeded(), Payment.kind != "setup")
        for payment in taken:
            rows = BalanceTransaction.select().where(
                BalanceTransaction.intent_id == payment.intent_id, BalanceTransaction.category == "charge"
            )
            charged = [(row.charged_amount, row.charged_currency) for row in rows]
            if charged != [(payment.amount, payment.currency)]:
                wrong.append(f"payment {payment.id} of {payment.amount} {payment.currency} has the charges {charged}")
    return wrong


def _at(seconds: int, zone: ZoneInfo) -> str:
    return datetime.fromtimestamp(seconds, UTC).astimezone(zone).date().isoformat()[:7]


def _differences(what: str, stored: dict[str, Any], expected: dict[str, Any]) -> list[str]:
    return [
        f"{what} {id_}: {stored.get(id_)} instead of {expected.get(id_)}"
        for id_ in sorted(stored.keys() | expected.keys())
        if stored.get(id_) != expected.get(id_)
    ]
