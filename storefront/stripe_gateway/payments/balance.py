"""Balance transactions and payouts of an account: a page of a list at a time, newest first."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Generic, TypeVar

import stripe
from stripe.params import BalanceTransactionListParams, PayoutListParams

from storefront.errors import StripePermissionMissing
from storefront.models import BalanceCategory, Merchant, Payout
from storefront.stripe_gateway.answers import id_field, id_of, time_of
from storefront.stripe_gateway.client import Credentials, client_of, secret_client, stripe_call

PAGE = 100
# By Stripe's reporting categories: docs.stripe.com/reports/reporting-categories
CATEGORIES = {
    "charge": BalanceCategory.CHARGE,
    "charge_failure": BalanceCategory.CHARGE,
    "partial_capture_reversal": BalanceCategory.CHARGE,
    "refund": BalanceCategory.REFUND,
    "refund_failure": BalanceCategory.REFUND,
    "dispute": BalanceCategory.DISPUTE,
    "dispute_reversal": BalanceCategory.DISPUTE,
    "payout": BalanceCategory.PAYOUT,
    "payout_reversal": BalanceCategory.PAYOUT,
}
Entry = TypeVar("Entry")


@dataclass(frozen=True)
class StripePage(Generic[Entry]):
    """Entries of a list at Stripe, newest first; `more` if older ones follow."""

    entries: list[Entry]
    more: bool


@dataclass(frozen=True)
class BalanceEntry:
    """A balance transaction; see `models.BalanceTransaction`. Amounts in minor units, currencies in upper case."""

    id: str
    type: str
    category: BalanceCategory
    amount: int
    fee: int
    net: int
    currency: str
    charged_amount: int | None
    charged_currency: str
    exchange_rate: str | None
    source_id: str
    intent_id: str
    created: datetime
    available: datetime


@dataclass(frozen=True)
class PayoutEntry:
    """A payout; see `models.Payout`. `is_complete`: Stripe knows everything that it contains."""

    id: str
    status: str
    amount: int
    currency: str
    automatic: bool
    failure: str
    created: datetime
    arrives: datetime
    is_complete: bool


def list_balance(merchant: Merchant, since: datetime | None, after: str = "") -> StripePage[BalanceEntry]:
    """A page of the balance transactions created since a time, None: of all; behind the one with the id `after`.

    Raises StripeError: StripePermissionMissing for a restricted key that may not read them.
    """
    filters: BalanceTransactionListParams = {"limit": PAGE, "expand": ["data.source"]}
    if since is not None:
        filters["created"] = {"gte": int(since.timestamp())}
    if after:
        filters["starting_after"] = after
    with stripe_call():
        page = client_of(merchant).v1.balance_transactions.list(filters)
    return StripePage([_entry(one) for one in page.data], page.has_more)


def list_payout_contents(payout: Payout, after: str = "") -> StripePage[BalanceEntry]:
    """A page of what an automatic payout contains, with the payout's own transaction. Raises StripeError."""
    filters: BalanceTransactionListParams = {"limit": PAGE, "expand": ["data.source"], "payout": payout.stripe_id}
    if after:
        filters["starting_after"] = after
    with stripe_call():
        page = client_of(payout.merchant).v1.balance_transactions.list(filters)
    return StripePage([_entry(one) for one in page.data], page.has_more)


def list_payouts(merchant: Merchant, since: datetime | None, after: str = "") -> StripePage[PayoutEntry]:
    """A page of the payouts, as `list_balance`."""
    filters: PayoutListParams = {"limit": PAGE}
    if since is not None:
        filters["created"] = {"gte": int(since.timestamp())}
    if after:
        filters["starting_after"] = after
    with stripe_call():
        page = client_of(merchant).v1.payouts.list(filters)
    return StripePage([_payout(one) for one in page.data], page.has_more)


def can_read_balance(credentials: Credentials) -> bool:
    """Whether the secret key may read balance transactions and payouts. Raises StripeError if Stripe doesn't say."""
    client = secret_client(credentials)
    try:
        with stripe_call():
            client.v1.balance_transactions.list({"limit": 1})
            client.v1.payouts.list({"limit": 1})
    except StripePermissionMissing:
        return False
    return True


def _entry(found: stripe.BalanceTransaction) -> BalanceEntry:
    source = found.source
    category = CATEGORIES.get(found.reporting_category, BalanceCategory.OTHER)
    charged, currency = None, ""
    if category in (BalanceCategory.CHARGE, BalanceCategory.REFUND, BalanceCategory.DISPUTE):
        charged, currency = _charged(source)
    return BalanceEntry(
        id=found.id,
        type=found.type,
        category=category,
        amount=found.amount,
        fee=found.fee,
        net=found.net,
        currency=found.currency.upper(),
        charged_amount=-charged if charged is not None and found.amount < 0 else charged,
        charged_currency=currency,
        exchange_rate=None if found.exchange_rate is None else f"{Decimal(str(found.exchange_rate)):f}",
        source_id=id_of(source),
        intent_id=id_field(source, "payment_intent"),
        created=time_of(found.created),
        available=time_of(found.available_on),
    )


def _charged(source: object) -> tuple[int | None, str]:
    """Amount and currency of an expanded charge, refund or dispute; (None, "") of anything else."""
    amount, currency = getattr(source, "amount", None), getattr(source, "currency", None)
    captured = getattr(source, "amount_captured", None)
    return (None, "") if amount is None or currency is None else (int(captured or amount), str(currency).upper())


def _payout(found: stripe.Payout) -> PayoutEntry:
    return PayoutEntry(
        id=found.id,
        status=found.status,
        amount=found.amount,
        currency=found.currency.upper(),
        automatic=found.automatic,
        failure=found.failure_code or "",
        created=time_of(found.created),
        arrives=time_of(found.arrival_date),
        # Accounts of older times may have no such field.
        is_complete=getattr(found, "reconciliation_status", "completed") != "in_progress",
    )
