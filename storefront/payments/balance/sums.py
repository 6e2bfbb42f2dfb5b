"""What balance transactions add up to by month and Stripe account, from counters."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import cast

from peewee import fn

from storefront.models import BalanceCategory, Counter, CounterKind
from storefront.money import Money


@dataclass(frozen=True)
class MonthOfMerchant:
    """Sums of one month (2026-11, in the shop's time zone), merchant and currency; all in minor units.

    What left the balance is negative, except `fees`, what Stripe kept, and `paid_out`, what payouts sent to the bank.
    """

    month: str
    merchant_id: int
    mode: str
    currency: str
    gross: int = 0
    refunds: int = 0
    disputes: int = 0
    other: int = 0
    fees: int = 0
    paid_out: int = 0

    @property
    def net(self) -> int:
        """What the month has added to the balance, payouts aside."""
        return self.gross + self.refunds + self.disputes + self.other - self.fees

    def money(self, amount: int) -> Money:
        """One of the sums in its currency."""
        return Money(amount, self.currency)


COLUMNS = {
    BalanceCategory.CHARGE: "gross",
    BalanceCategory.REFUND: "refunds",
    BalanceCategory.DISPUTE: "disputes",
    BalanceCategory.OTHER: "other",
    BalanceCategory.PAYOUT: "paid_out",
}


def month_sums(first: str, last: str, mode: str = "") -> list[MonthOfMerchant]:
    """The sums from month `first` to `last`, the newest month first; of all modes unless one is given. One query."""
    columns = (Counter.kind, Counter.day, Counter.mode, Counter.currency, Counter.status)
    query = Counter.select(*columns, fn.SUM(Counter.amount)).where(
        Counter.kind.in_([CounterKind.BALANCE, CounterKind.BALANCE_FEES]),
        Counter.subject == 0,
        Counter.day.between(first, last),
    )
    if mode:
        query = query.where(Counter.mode == mode)
    rows = cast(Iterable[tuple[str, str, str, str, str, int]], query.group_by(*columns).tuples())
    found: dict[tuple[str, int, str, str], MonthOfMerchant] = {}
    for kind, month, of_mode, currency, status, amount in rows:
        merchant_id, category = int(status.split()[0]), status.split()[-1]
        key = (month, merchant_id, of_mode, currency)
        name = "fees" if kind == CounterKind.BALANCE_FEES else COLUMNS[BalanceCategory(category)]
        before = found.get(key) or MonthOfMerchant(*key)
        sign = -1 if name == "paid_out" else 1
        found[key] = replace(before, **{name: sign * int(amount)})
    shown = [
        one for one in found.values() if one != MonthOfMerchant(one.month, one.merchant_id, one.mode, one.currency)
    ]
    shown.sort(key=lambda one: (one.mode != "live", one.merchant_id, one.currency))
    return sorted(shown, key=lambda one: one.month, reverse=True)


def first_balance_month() -> str:
    """The month of the first transaction that is known (2026-11), "" for none."""
    found = Counter.select(fn.MIN(Counter.day)).where(Counter.kind == CounterKind.BALANCE, Counter.subject == 0)
    return str(found.scalar() or "")
