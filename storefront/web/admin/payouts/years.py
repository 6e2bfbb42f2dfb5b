"""The year whose months the page shows."""

import re
from dataclasses import dataclass

from flask import request

from storefront import payments
from storefront.web.support import today


@dataclass(frozen=True)
class Year:
    """`earlier` and `later` are the years beside it; 0 for none."""

    number: int
    earlier: int
    later: int

    @property
    def months(self) -> tuple[str, str]:
        """Its first and last month, as 2026-01."""
        return f"{self.number}-01", f"{self.number}-12"


def chosen_year() -> Year:
    """The year of `?year=`, else the present one; never one without transactions before the first of them."""
    current = today().year
    typed = request.args.get("year", "")
    number = min(int(typed), current) if re.fullmatch(r"20[0-9]{2}", typed) else current
    first = payments.first_balance_month()
    earlier = number - 1 if first and int(first[:4]) < number else 0
    return Year(number, earlier, number + 1 if number < current else 0)
