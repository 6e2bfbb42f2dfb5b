"""A month that a page shows, with links to the months beside it."""

import re
from dataclasses import dataclass
from datetime import date, timedelta

from babel.dates import format_skeleton
from flask import request

from storefront.web.support import current_language, today


@dataclass(frozen=True)
class Month:
    """`earlier` and `later` are the months beside it as addresses name them (2026-11); "" for none."""

    begin: date
    name: str
    earlier: str
    later: str


def chosen_month() -> Month:
    """The month of `?month=2026-11`; the current one without it, and instead of a later one."""
    current = today().replace(day=1)
    begin = min(_typed() or current, current)
    following = (begin + timedelta(days=31)).replace(day=1)
    return Month(
        begin,
        format_skeleton("yMMMM", begin, locale=current_language()),
        (begin - timedelta(days=1)).isoformat()[:7],
        following.isoformat()[:7] if following <= current else "",
    )


def _typed() -> date | None:
    found = re.fullmatch(r"(20[0-9]{2})-(0[1-9]|1[0-2])", request.args.get("month", ""))
    return date(int(found[1]), int(found[2]), 1) if found else None
