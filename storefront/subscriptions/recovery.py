"""Recovery of failed renewals: the money at risk, recovered and lost, for each mode and currency."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import cast

from peewee import Case, fn

from storefront.models import ENDED_STATUSES, FIRST_INVOICE, Invoice, InvoiceStatus, Merchant, Subscription
from storefront.money import Money
from storefront.subscriptions.invoices import CLOSED

RECOVERY_OUTCOMES = ("at_risk", "recovered", "lost")


@dataclass(frozen=True)
class RecoveryOutcome:
    """The `total` and number of `invoices` with one outcome, mode (test or live) and currency."""

    outcome: str
    mode: str
    total: Money
    invoices: int


def recovery_outcomes(*wanted: str) -> list[RecoveryOutcome]:
    """Sums of all renewals whose payment ever failed, live mode first. One query.

    `wanted` are names of RECOVERY_OUTCOMES; none means all. First invoices do not count: they belong to their orders.
    """
    groups = (Merchant.mode, Invoice.currency, Invoice.status, Invoice.needs, Subscription.status)
    # What a customer has paid outside of Stripe was not recovered by the shop.
    money = Case(None, [(Invoice.status == InvoiceStatus.PAID, Invoice.received())], Invoice.amount)
    query = Invoice.select(*groups, fn.SUM(money), fn.COUNT(Invoice.id)).join(Subscription).join(Merchant)
    query = query.where(Invoice.failed_at.is_null(False), Invoice.reason != FIRST_INVOICE, money > 0).group_by(*groups)
    rows = cast(Iterable[tuple[str, str, str, str, str, int, int]], query.tuples())
    sums: dict[tuple[str, str, str], tuple[int, int]] = {}
    for mode, currency, status, needs, subscription_status, total, count in rows:
        key = (mode, currency, _outcome(status, needs, subscription_status))
        amount, invoices = sums.get(key, (0, 0))
        sums[key] = (amount + int(total), invoices + count)
    return [
        RecoveryOutcome(outcome, mode, Money(amount, currency), invoices)
        for (mode, currency, outcome), (amount, invoices) in sorted(sums.items())
        if outcome in (wanted or RECOVERY_OUTCOMES)
    ]


def _outcome(status: str, needs: str, subscription_status: str) -> str:
    """The outcome of an invoice. An open installment of a plan that has ended can still be paid, so it is at risk."""
    if status == InvoiceStatus.PAID:
        return "recovered"
    is_abandoned = subscription_status in ENDED_STATUSES and not needs
    return "lost" if status in CLOSED or is_abandoned else "at_risk"
