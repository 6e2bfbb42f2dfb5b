"""The best offers of a month, for each mode and currency."""

from collections.abc import Sequence
from dataclasses import dataclass

from storefront.models import BestOffer, best_offers
from storefront.web.admin.dashboard.figures import Figures
from storefront.web.admin.shared import Month, chosen_month


@dataclass(frozen=True)
class BestSellers:
    """The best offers of all groups of figures."""

    month: Month
    offers: list[BestOffer]

    def of(self, group: Figures) -> list[BestOffer]:
        """Those of one mode and currency."""
        return [one for one in self.offers if (one.mode, one.total.currency) == (group.mode, group.currency)]


def best_sellers(groups: Sequence[Figures]) -> BestSellers | None:
    """Those of the chosen month. One query; None without figures."""
    if not groups:
        return None
    month = chosen_month()
    return BestSellers(month, best_offers(month.begin, [(one.mode, one.currency) for one in groups]))
