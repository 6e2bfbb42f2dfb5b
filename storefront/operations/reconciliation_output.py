"""What the command `reconcile` prints."""

from collections.abc import Iterator, Sequence

from storefront import payments
from storefront.money import Money
from storefront.worker import ReconciliationReport


def reconciliation_lines(report: ReconciliationReport) -> Iterator[str]:
    """The payments that were found at Stripe, each status that changed, and how many things changed."""
    yield from _found_payment_lines(report.found)
    for number, before, after in report.changed:
        yield f"order {number}: {before} → {after}"
    for number, before, after in report.subscriptions:
        yield f"subscription of order {number}: {before} → {after}"
    changed = len(report.changed) + len(report.subscriptions)
    yield f"{changed} changed, {len(report.failures)} could not be asked"


def _found_payment_lines(found: Sequence[payments.FoundAtStripe]) -> Iterator[str]:
    """One line for each payment that the database did not know, and their sums for each mode and currency."""
    for outcome, what in (
        (payments.Outcome.RESTORED, "its order was made again"),
        (payments.Outcome.UNDECIDED, "it has no order, decide under Orders → Payments without an order"),
    ):
        sums: dict[tuple[str, str], Money] = {}
        for one in (one for one in found if one.outcome == outcome):
            mode, currency = "live" if one.livemode else "test", one.total.currency
            number = f"order {one.number}" if one.number else "no order number"
            email = one.email or "no email"
            yield f"{number}, {email}, {amount(one.total)}, {mode} mode, {one.stripe_id}: {what}"
            sums[mode, currency] = sums.get((mode, currency), Money(0, currency)) + one.total
        for (mode, _currency), total in sorted(sums.items()):
            yield f"sum in {mode} mode: {amount(total)}: {what}"


def amount(money: Money) -> str:
    """An amount of money in the output of a command."""
    return f"{money.decimal_text()} {money.currency}"
