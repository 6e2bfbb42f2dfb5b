"""Settings of the shop: delays and limits with their defaults, and the time zone."""

import json
from dataclasses import dataclass, fields
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

from storefront.db import db
from storefront.errors import FieldErrors
from storefront.models import LEGAL_COLUMNS, PROFILE, LegalSettings, ShopProfile, ShopSetting, follow_zone


@dataclass(frozen=True)
class Settings:
    """Whole numbers from 0, with the unit in the name. 0 means no delay, no limit, or for ever."""

    letter_after_minutes: int = 15
    order_expiry_hours: int = 72
    stock_hold_minutes: int = 30
    first_reminder_days: int = 1
    second_reminder_days: int = 3
    third_reminder_days: int = 5
    request_reminder_days: int = 3
    declines_per_order: int = 10
    declines_per_address_hour: int = 30
    declines_per_offer_hour: int = 100
    declines_per_merchant_hour: int = 300
    declines_refused_times: int = 3
    session_idle_hours: int = 24
    session_days: int = 30
    checkouts_per_address_hour: int = 60
    checkouts_per_email_hour: int = 60
    checkouts_per_shop_hour: int = 1000
    checkouts_refused_times: int = 10
    presses_per_visit: int = 10
    code_guesses_per_address_hour: int = 20
    unpaid_emails_per_day: int = 200
    unpaid_orders_kept_days: int = 90
    email_texts_kept_days: int = 365
    events_kept_days: int = 90
    deliveries_kept_days: int = 90
    declines_kept_days: int = 90
    audit_kept_days: int = 730
    access_grace_days: int = 7
    keys_low: int = 10
    file_max_megabytes: int = 2000
    file_link_hours: int = 48
    file_downloads: int = 10
    unused_files_kept_days: int = 30
    backups_kept_days: int = 7
    backups_kept_weeks: int = 4
    backups_kept_months: int = 12

    @property
    def reminder_days(self) -> list[int]:
        """Days after a failed renewal on which the customer is reminded of it: distinct, ascending."""
        return sorted({self.first_reminder_days, self.second_reminder_days, self.third_reminder_days})

    @property
    def session_limits(self) -> tuple[timedelta | None, timedelta | None]:
        """How long an unused session of an admin lasts, and how long any session does; None for no limit."""
        idle, absolute = timedelta(hours=self.session_idle_hours), timedelta(days=self.session_days)
        return idle or None, absolute or None


MAX_VALUE = 100_000
NAMES = frozenset(field.name for field in fields(Settings))


def current() -> Settings:
    """Read the settings; one query."""
    rows = db.execute_sql("SELECT name, value FROM shop_setting")
    return Settings(**{name: int(json.loads(value)) for name, value in rows if name in NAMES})


def save(values: dict[str, int]) -> None:
    """Store these settings, by name. Raises FieldErrors (code setting_range) for values outside 0 to MAX_VALUE."""
    errors = {name: ["setting_range"] for name, value in values.items() if not 0 <= value <= MAX_VALUE}
    if errors:
        raise FieldErrors(errors, largest=MAX_VALUE)
    with db.atomic():
        for name, value in values.items():
            ShopSetting.store(name, value)


TIME_ZONE = "time_zone"
# When a backup was last restored, as a timestamp.
DOCUMENTS_RESTORED = "documents_restored"
DEFAULT_TIME_ZONE = "UTC"


def time_zone_names() -> list[str]:
    """Time zones that the owner can choose: UTC and the region/city names of the IANA database, as `Europe/Kyiv`."""
    return [DEFAULT_TIME_ZONE, *sorted(name for name in available_timezones() if _is_region_and_city(name))]


def time_zone() -> str:
    """The shop's time zone; one query."""
    return time_zone_of(ShopSetting.by_name(TIME_ZONE))


def for_pages() -> tuple[str, ShopProfile, LegalSettings]:
    """The shop's time zone, its profile, and what its pages show of the law; one query."""
    one = f"(SELECT value FROM shop_setting WHERE name = {db.param})"  # noqa: S608
    columns = ", ".join([one, one, *LEGAL_COLUMNS])
    zone, profile, *legal = db.execute_sql(f"SELECT {columns}", (TIME_ZONE, PROFILE)).fetchone()
    found = ShopProfile.from_json(profile)
    return json.loads(zone) if zone else DEFAULT_TIME_ZONE, found, LegalSettings.from_columns(legal, found.country)


@dataclass(frozen=True)
class DocumentSettings:
    """`restored_at` is when a backup was last restored, None for never."""

    zone: ZoneInfo
    profile: ShopProfile
    restored_at: datetime | None


def for_documents() -> DocumentSettings:
    """What documents need: the time zone, the shop's profile, the time of a restore; one query."""
    one = f"(SELECT value FROM shop_setting WHERE name = {db.param})"  # noqa: S608
    names = (TIME_ZONE, PROFILE, DOCUMENTS_RESTORED)
    zone, profile, restored = db.execute_sql(f"SELECT {one}, {one}, {one}", names).fetchone()
    return DocumentSettings(
        ZoneInfo(json.loads(zone) if zone else DEFAULT_TIME_ZONE),
        ShopProfile.from_json(profile),
        datetime.fromtimestamp(json.loads(restored), UTC) if restored else None,
    )


def time_zone_of(row: ShopSetting | None) -> str:
    """The time zone in the row of TIME_ZONE; the default if it has none."""
    return row.value if row is not None else DEFAULT_TIME_ZONE


def set_time_zone(zone: str) -> None:
    """Store the shop's time zone, and count takings by its days. Raises FieldErrors (`time_zone`: zone_unknown)."""
    if zone not in time_zone_names():
        raise FieldErrors({"time_zone": ["zone_unknown"]})
    with db.atomic():
        ShopSetting.store(TIME_ZONE, zone)
        follow_zone(zone)


def local_time(at: datetime) -> datetime:
    """Convert an aware datetime to the shop's time zone."""
    return at.astimezone(ZoneInfo(time_zone()))


def _is_region_and_city(zone: str) -> bool:
    """False for copies of the database (`posix/…`) and for names of offsets and countries (`Etc/GMT+5`, `GB`)."""
    region, separator, _city = zone.partition("/")
    return bool(separator) and region not in ("posix", "right", "Etc", "SystemV", "US", "Brazil", "Canada", "Mexico")
