"""The shop's time zone as rows, so that triggers know on which of its days something was paid.

SQLite knows no time zones, and the two databases shall count alike.
"""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from peewee import Database, IntegerField, Model

from storefront.db import Derived, Trigger, db
from storefront.models.base import UtcDateTimeField

# Stripe takes payments since 2010. Beyond the last year the last offset counts.
FIRST, LAST = datetime(2010, 1, 1, tzinfo=UTC), datetime(2070, 1, 1, tzinfo=UTC)
# Shorter than any time between two changes of a zone.
_STEP = timedelta(days=7)
_SECONDS = (
    "COALESCE((SELECT seconds FROM zone_offset WHERE starts_at <= {row}.{column} ORDER BY starts_at DESC LIMIT 1), 0)"
)
# The shop's day (YYYY-MM-DD) of a moment, {dialect: SQL}.
LOCAL_DAY = {
    "sqlite": f"COALESCE(date({{row}}.{{column}}, {_SECONDS} || ' seconds'), substr({{row}}.{{column}}, 1, 10))",
    "postgresql": f"COALESCE(to_char({{row}}.{{column}} + {_SECONDS} * INTERVAL '1 second', 'YYYY-MM-DD'), '')",
}


class ZoneOffset(Model):
    """From `starts_at` on, the shop's clocks are `seconds` ahead of UTC, until the next row. No row: UTC."""

    starts_at = UtcDateTimeField(primary_key=True)
    seconds = IntegerField()

    class Meta:
        database = db
        table_name = "zone_offset"


def offsets_of(zone: str) -> list[tuple[datetime, int]]:
    """(moment in UTC, seconds ahead of UTC from then on) of a time zone of the IANA database."""
    return [] if zone == "UTC" else list(_changes(ZoneInfo(zone)))


def store_offsets(zone: str) -> bool:
    """Store those of this zone instead of those that are stored. Return whether they differ."""
    offsets = offsets_of(zone)
    if offsets == list(ZoneOffset.select(ZoneOffset.starts_at, ZoneOffset.seconds).order_by("starts_at").tuples()):
        return False
    ZoneOffset.delete().execute()
    for start in range(0, len(offsets), 100):
        ZoneOffset.insert_many(offsets[start : start + 100], [ZoneOffset.starts_at, ZoneOffset.seconds]).execute()
    return True


def _changes(zone: ZoneInfo) -> Iterator[tuple[datetime, int]]:
    at, last = FIRST, _seconds(zone, FIRST)
    yield at, last
    while at < LAST:
        following = at + _STEP
        seconds = _seconds(zone, following)
        if seconds != last:
            yield _first_with(zone, at, following), seconds
        at, last = following, seconds


def _first_with(zone: ZoneInfo, before: datetime, after: datetime) -> datetime:
    """The first second at which the offset is that of `after`."""
    wanted = _seconds(zone, after)
    while after - before > timedelta(seconds=1):
        middle = before + timedelta(seconds=(after - before) // timedelta(seconds=2))
        before, after = (before, middle) if _seconds(zone, middle) == wanted else (middle, after)
    return after


def _seconds(zone: ZoneInfo, at: datetime) -> int:
    return int((at.astimezone(zone).utcoffset() or timedelta()).total_seconds())


def _store_offsets_of_setting(database: Database) -> None:
    found = database.execute_sql("SELECT value FROM shop_setting WHERE name = 'time_zone'").fetchone()  # type: ignore[no-untyped-call]
    store_offsets(json.loads(found[0]) if found else "UTC")


ZONE_OFFSETS = Derived(
    "zone_offsets",
    (
        Trigger(
            "zone_offset_delete",
            "shop_setting",
            "delete",
            ("DELETE FROM zone_offset",),
            when="OLD.name = 'time_zone'",
        ),
    ),
    _store_offsets_of_setting,
    tables=("zone_offset",),
)
