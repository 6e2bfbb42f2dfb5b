"""The best offers of a month, for each mode and currency."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from babel.dates import format_skeleton
from flask import request

from storefront.models import BestOffer, best_offers
from storefront.web.admin.dashboard.figures import Figures
from storefront.web.support import current_language, today


@dataclass(frozen=True)
class BestSellers:
    """`earlier` and `later` are the months beside this one, as addresses name them; "" for none."""

    month: str
    earlier: str
    later: str
    offers: list[BestOffer]

    def of(self, group: Figures) -> list[BestOffer]:
        """Those of one mode and currency."""
        return [one for one in self.offers if (one.mode, one.total.currency) == (group.mode, group.currency)]


def best_sellers(groups: Sequence[Figures]) -> BestSellers | None:
    """Those of the month that the address asks for (`month`), by default of this one. None without figures."""
    if not groups:
        return None
    current = today().replace(day=1)
    month = min(_typed_month() or current, current)
    later = (month + timedelta(days=31)).replace(day=1)
    earlier = (month - timedelta(days=1)).replace(day=1)
    return BestSellers(
        format_skeleton("yMMMM", month, locale=current_language()),
        earlier.isoformat()[:7],
        later.isoformat()[:7] if later <= current else "",
        best_offers(month, [(one.mode, one.currency) for one in groups]),
    )


def _typed_month() -> date | None:
    found = re.fullmatch(r"(20[0-9]{2})-(0[1-9]|1[0-2])", request.args.get("month", ""))
    return date(int(found[1]), int(found[2]), 1) if found else None
