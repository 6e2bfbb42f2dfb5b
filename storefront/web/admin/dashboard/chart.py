"""The chart of sales by day, week or month, and the table behind it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from babel.dates import format_skeleton
from flask import request
from flask_babel import gettext as _

from storefront import payments
from storefront.money import stripe_decimals
from storefront.payments import DayTakings, Period
from storefront.web.admin.dashboard.figures import Figures
from storefront.web.support import current_language, day_of, today


@dataclass(frozen=True)
class Bar:
    """One period: its first day, and its name in the table and, shorter, below its bar."""

    begin: date
    name: str
    short: str
    takings: DayTakings


@dataclass(frozen=True)
class Chart:
    """The sales of one group of figures. `decimals` are those of its currency."""

    by: Period
    group: Figures
    bars: list[Bar]
    decimals: int

    @property
    def is_empty(self) -> bool:
        """Whether nothing was sold or refunded in all periods."""
        return not any(bar.takings.revenue or bar.takings.refunded for bar in self.bars)


def sales_chart(groups: Sequence[Figures]) -> Chart | None:
    """The chart that the address asks for (`by`, `of`), by default the days of the group with the most orders.

    One query for weeks and months; None without figures.
    """
    if not groups:
        return None
    wanted = request.args.get("of", "")
    group = next((one for one in groups if one.key == wanted), None) or max(groups, key=_importance)
    by = next((one for one in Period if one == request.args.get("by")), Period.DAY)
    if by is Period.DAY and group.days:
        found = list(zip(by.last_begins(today()), group.days, strict=True))
    else:
        found = payments.takings_by_period(by, group.mode, group.currency, today())
    bars = [Bar(begin, _name(by, begin), _short(by, begin), sums) for begin, sums in found]
    return Chart(by, group, bars, stripe_decimals(group.currency))


def _importance(group: Figures) -> tuple[bool, int, int]:
    return group.mode == "live", group.now.orders + group.now.renewals, group.before.orders


def _name(by: Period, begin: date) -> str:
    if by is Period.WEEK:
        return _("Week from %(day)s", day=day_of(begin))
    return day_of(begin) if by is Period.DAY else format_skeleton("yMMMM", begin, locale=current_language())


def _short(by: Period, begin: date) -> str:
    return format_skeleton("yMMM" if by is Period.MONTH else "MMMd", begin, locale=current_language())
