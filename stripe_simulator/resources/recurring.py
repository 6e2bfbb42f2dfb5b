"""The calendar of recurring prices: where one period ends and the next begins (all in UTC)."""

import calendar
from datetime import UTC, datetime

from stripe_simulator.store import Json

DAY = 24 * 60 * 60
MONTHS = {"month": 1, "year": 12}
DAYS = {"day": 1, "week": 7}
# Stripe takes no longer period than three years.
LONGEST = {"day": 1095, "week": 156, "month": 36, "year": 3}


def added(moment: int, interval: str, times: int) -> int:
    """`moment` and so many intervals later; a month that is too short ends on its last day."""
    if interval in DAYS:
        return moment + DAYS[interval] * times * DAY
    start = datetime.fromtimestamp(moment, UTC)
    year, month = divmod(start.year * 12 + start.month - 1 + MONTHS[interval] * times, 12)
    day = min(start.day, calendar.monthrange(year, month + 1)[1])
    return int(start.replace(year=year, month=month + 1, day=day).timestamp())


def end_of_period(anchor: int, recurring: Json, start: int) -> int:
    """The first boundary after `start`, counted from the anchor, so that the 31st comes back after February."""
    interval, count = recurring["interval"], recurring["interval_count"]
    times = 1
    while added(anchor, interval, times * count) <= start:
        times += 1
    return added(anchor, interval, times * count)
