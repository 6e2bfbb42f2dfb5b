"""Words for figures: changes, balance transactions and payouts."""

from collections.abc import Mapping
from typing import Any

from flask_babel import format_percent
from flask_babel import lazy_gettext as _l

from storefront.models import BalanceCategory, BalanceTransaction, Payout, PayoutStatus
from storefront.web.support import day_of

PAYOUT_STATUSES: Mapping[str, Any] = {
    PayoutStatus.PENDING: _l("Scheduled"),
    PayoutStatus.IN_TRANSIT: _l("On its way"),
    PayoutStatus.PAID: _l("Paid out"),
    PayoutStatus.FAILED: _l("Payout failed"),
    PayoutStatus.CANCELED: _l("Payout canceled"),
}
BADGES = {
    PayoutStatus.PAID: "paid",
    PayoutStatus.FAILED: "failed",
    PayoutStatus.CANCELED: "expired",
}
# What left the balance, and what came back.
TYPES: Mapping[str, tuple[Any, Any]] = {
    BalanceCategory.CHARGE: (_l("Payment canceled"), _l("Payment")),
    BalanceCategory.REFUND: (_l("Refund"), _l("Refund failed")),
    BalanceCategory.DISPUTE: (_l("Dispute"), _l("Dispute won")),
    BalanceCategory.PAYOUT: (_l("Payout"), _l("Payout failed")),
}
OTHER_TYPES: Mapping[str, Any] = {
    "adjustment": _l("Adjustment"),
    "stripe_fee": _l("Stripe fee"),
    "topup": _l("Top-up"),
}


def percent_change(now: int, before: int) -> str:
    """By how much a figure differs from the one before, which is not 0: `+12%`, `−5%`, `0%`."""
    change = round((now - before) / before, 2 if abs(now - before) < 10 * before else 0)
    sign = "+" if change > 0 else "−" if change < 0 else ""
    return f"{sign}{format_percent(abs(change))}"


def arrival_day(payout: Payout) -> str:
    """The day on which the bank has the money: Stripe's date, the same in every time zone."""
    return day_of(payout.arrives_at.date())


def payout_status(payout: Payout) -> str:
    """The status of a payout; Stripe's word if it has no text."""
    return str(PAYOUT_STATUSES.get(payout.status, payout.status))


def payout_badge(payout: Payout) -> str:
    """The class of its badge."""
    return BADGES.get(PayoutStatus(payout.status), "pending") if payout.status in tuple(PayoutStatus) else "pending"


def balance_type(transaction: BalanceTransaction) -> str:
    """What a balance transaction is. A type without a text keeps Stripe's name, with spaces."""
    if transaction.category in TYPES:
        return str(TYPES[transaction.category][transaction.amount > 0])
    return str(OTHER_TYPES.get(transaction.type) or transaction.type.replace("_", " ").capitalize())
