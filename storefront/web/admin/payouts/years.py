"""The year whose months the page shows."""

import re
from dataclasses import dataclass

from flask import request

from storefront.web.support import today


@dataclass(frozen=True)
class Year:
    """`later` is the year after it; 0 for none."""

    number: int
    later: int

    def earlier(self, first_month: str) -> int:
        """The year before it, 0 if the first transaction (2026-11) was not earlier."""
        return self.number - 1 if first_month and int(first_month[:4]) < self.number else 0

    @property
    def months(self) -> tuple[str, str]:
        """Its first and last month, as 2026-01."""
        return f"{self.number}-01", f"{self.number}-12"


def chosen_year() -> Year:
    """The year of `?year=`, else the present one."""
    current = today().year
    typed = request.args.get("year", "")
    number = min(int(typed), current) if re.fullmatch(r"20[0-9]{2}", typed) else current
    return Year(number, number + 1 if number < current else 0)
