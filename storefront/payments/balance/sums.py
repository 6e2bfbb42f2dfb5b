"""What balance transactions add up to by month and Stripe account, from counters."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, cast

from peewee import Value, fn

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


# The sums of MonthOfMerchant in its order.
SUMS = ("gross", "refunds", "disputes", "other", "fees", "paid_out")
COLUMNS = {
    BalanceCategory.CHARGE: "gross",
    BalanceCategory.REFUND: "refunds",
    BalanceCategory.DISPUTE: "disputes",
    BalanceCategory.OTHER: "other",
    BalanceCategory.PAYOUT: "paid_out",
}


@dataclass(frozen=True)
class BalanceSums:
    """`first_month` is that of the first transaction that is known at all (2026-11), "" for none."""

    months: list[MonthOfMerchant]
    first_month: str


def balance_sums(first: str, last: str, mode: str = "", merchant_id: int | None = None) -> BalanceSums:
    """The sums from month `first` to `last`, the newest month first; of all modes and merchants unless one is given.

    One query.
    """
    columns = (Counter.kind, Counter.day, Counter.mode, Counter.currency, Counter.status)
    query: Any = Counter.select(*columns, fn.SUM(Counter.amount)).where(
        Counter.kind.in_([CounterKind.BALANCE, CounterKind.BALANCE_FEES]),
        Counter.subject == 0,
        Counter.day.between(first, last),
    )
    if mode:
        query = query.where(Counter.mode == mode)
    of_all = Counter.kind == CounterKind.BALANCE, Counter.subject == 0
    earliest = Counter.select(Value(""), fn.MIN(Counter.day), Value(""), Value(""), Value(""), Value(0)).where(*of_all)
    found: dict[tuple[str, int, str, str], dict[str, int]] = {}
    first_month = ""
    rows = query.group_by(*columns).union_all(earliest).tuples()
    for kind, month, of_mode, currency, status, amount in cast(Iterable[tuple[str, str, str, str, str, int]], rows):
        if not kind:
            first_month = month or ""
            continue
        of_merchant, category = int(status.split()[0]), status.split()[-1]
        if merchant_id in (None, of_merchant):
            key = (month, of_merchant, of_mode, currency)
            name = "fees" if kind == CounterKind.BALANCE_FEES else COLUMNS[BalanceCategory(category)]
            found.setdefault(key, {})[name] = -int(amount) if name == "paid_out" else int(amount)
    shown = [
        MonthOfMerchant(*key, *(amounts.get(name, 0) for name in SUMS))
        for key, amounts in found.items()
        if any(amounts.values())
    ]
    shown.sort(key=lambda one: (one.mode != "live", one.merchant_id, one.currency))
    return BalanceSums(sorted(shown, key=lambda one: one.month, reverse=True), first_month)
