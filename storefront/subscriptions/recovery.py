"""Recovery of failed renewals: the money at risk, recovered and lost, for each mode and currency."""

from dataclasses import dataclass

from storefront.models import CounterKind, Counts, counts
from storefront.money import Money

RECOVERY_OUTCOMES = ("at_risk", "recovered", "lost")


@dataclass(frozen=True)
class RecoveryOutcome:
    """The `total` and number of `invoices` with one outcome, mode (test or live) and currency."""

    outcome: str
    mode: str
    total: Money
    invoices: int


def recovery_outcomes(*wanted: str, counted: Counts | None = None) -> list[RecoveryOutcome]:
    """Sums of all renewals whose payment ever failed, by outcome, live mode before test.

    `wanted` are names of RECOVERY_OUTCOMES; none means all. First invoices do not count: they belong to their orders.
    One query; none if the counts of STOPPED_RENEWALS are given.
    """
    counted = counts(CounterKind.STOPPED_RENEWALS) if counted is None else counted
    found = [one for one in counted.of(CounterKind.STOPPED_RENEWALS) if one.status in (wanted or RECOVERY_OUTCOMES)]
    return [
        RecoveryOutcome(one.status, one.mode, Money(one.amount, one.currency), one.number)
        for one in sorted(found, key=lambda one: (one.mode, one.currency, one.status))
    ]
