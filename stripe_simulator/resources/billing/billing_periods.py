"""Calculates where billing periods end, in UTC."""

import calendar
from datetime import UTC, datetime

from stripe_simulator.store import Json

DAY = 24 * 60 * 60
MONTHS = {"month": 1, "year": 12}
DAYS = {"day": 1, "week": 7}
# Stripe allows periods of at most three years.
MAX_INTERVAL_COUNT = {"day": 1095, "week": 156, "month": 36, "year": 3}


def add_intervals(moment: int, interval: str, times: int) -> int:
    """Add intervals to a timestamp. In a month that is too short the result is its last day."""
    if interval in DAYS:
        return moment + DAYS[interval] * times * DAY
    start = datetime.fromtimestamp(moment, UTC)
    year, month = divmod(start.year * 12 + start.month - 1 + MONTHS[interval] * times, 12)
    day = min(start.day, calendar.monthrange(year, month + 1)[1])
    return int(start.replace(year=year, month=month + 1, day=day).timestamp())


def end_of_period(anchor: int, recurring: Json, start: int) -> int:
    """Return the first period boundary after `start`, counted from the anchor. The 31st returns after February."""
    interval, count = recurring["interval"], recurring["interval_count"]
    times = 1
    while add_intervals(anchor, interval, times * count) <= start:
        times += 1
    return add_intervals(anchor, interval, times * count)
