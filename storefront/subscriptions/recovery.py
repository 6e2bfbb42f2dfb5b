"""What became of renewals that stopped: money at risk, recovered and lost, per mode and currency."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import cast

from peewee import fn

from storefront.models import ENDED_STATUSES, FIRST_INVOICE, Invoice, Merchant, Subscription
from storefront.money import Money

RECOVERY_OUTCOMES = ("at_risk", "recovered", "lost")
# Stripe's words for an invoice that nobody is asked to pay any more.
GIVEN_UP = ("void", "uncollectible")


@dataclass(frozen=True)
class RecoveryOutcome:
    """`total` of `invoices` of one outcome, mode and currency: neither mode nor currency is ever added to another."""

    outcome: str
    mode: str
    total: Money
    invoices: int


def recovery_outcomes(*wanted: str) -> list[RecoveryOutcome]:
    """Every renewal whose payment ever stopped, in one of OUTCOMES (all, or `wanted`); live before test; one query.

    The first invoice is no renewal: its order tells what became of it.
    """
    kinds = (Merchant.mode, Invoice.currency, Invoice.status, Invoice.needs, Subscription.status)
    query = Invoice.select(*kinds, fn.SUM(Invoice.amount), fn.COUNT(Invoice.id)).join(Subscription).join(Merchant)
    query = query.where(Invoice.failed_at.is_null(False), Invoice.reason != FIRST_INVOICE).group_by(*kinds)
    rows = cast(Iterable[tuple[str, str, str, str, str, int, int]], query.tuples())
    sums: dict[tuple[str, str, str], tuple[int, int]] = {}
    for mode, currency, status, needs, of_subscription, total, count in rows:
        key = (mode, currency, _outcome(status, needs, of_subscription))
        amount, invoices = sums.get(key, (0, 0))
        sums[key] = (amount + int(total), invoices + count)
    return [
        RecoveryOutcome(outcome, mode, Money(amount, currency), invoices)
        for (mode, currency, outcome), (amount, invoices) in sorted(sums.items())
        if outcome in (wanted or RECOVERY_OUTCOMES)
    ]


def _outcome(status: str, needs: str, of_subscription: str) -> str:
    """Of an invoice in these of Stripe's words. The open instalment of a finished plan is still asked for."""
    if status == "paid":
        return "recovered"
    owed_no_more = of_subscription in ENDED_STATUSES and not needs
    return "lost" if status in GIVEN_UP or owed_no_more else "at_risk"
