"""The figures of the dashboard: one group for each mode and currency, because these are never added."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from storefront.money import Money
from storefront.payments import DayTakings, Takings
from storefront.subscriptions import RecoveryOutcome, SubscriptionValue
from storefront.web.admin.dashboard.sparklines import sparkline


@dataclass(frozen=True)
class Figures:
    """The figures of one mode and currency: of the last 30 days, of the 30 days before, and of subscriptions.

    The sparklines have a point for each of the 30 days, "" if there is nothing to draw.
    """

    mode: str
    currency: str
    days: tuple[DayTakings, ...]
    now: DayTakings
    before: DayTakings
    revenue_line: str
    orders_line: str
    at_risk: RecoveryOutcome | None
    recovered: RecoveryOutcome | None
    subscriptions: SubscriptionValue | None

    @property
    def key(self) -> str:
        """Its name in addresses: `live-EUR`."""
        return f"{self.mode}-{self.currency}"

    @property
    def has_renewals(self) -> bool:
        """Whether something is paid more than once."""
        return bool(self.subscriptions or self.at_risk or self.recovered or self.now.renewals or self.before.renewals)

    def money(self, amount: int) -> Money:
        """An amount in the group's currency."""
        return Money(amount, self.currency)


def figures(
    takings: Iterable[Takings], outcomes: Sequence[RecoveryOutcome], values: Iterable[SubscriptionValue], mode: str
) -> list[Figures]:
    """All groups that have a figure, live before test, then by currency. `mode` limits them; "" is both."""
    taken = {(one.mode, one.currency): one for one in takings}
    at_risk, recovered = (
        {(one.mode, one.total.currency): one for one in outcomes if one.outcome == outcome}
        for outcome in ("at_risk", "recovered")
    )
    worth = {(one.mode, one.monthly.currency): one for one in values}
    groups = []
    for key in sorted(taken.keys() | at_risk.keys() | recovered.keys() | worth.keys()):
        one = taken.get(key) or Takings(*key, days=())
        revenue, orders = (sparkline([getattr(day, name) for day in one.days]) for name in ("revenue", "orders"))
        stopped, back = at_risk.get(key), recovered.get(key)
        groups.append(Figures(*key, one.days, one.sums, one.before, revenue, orders, stopped, back, worth.get(key)))
    return [group for group in groups if mode in ("", group.mode)]
