"""The shop's time zone: moments are kept in UTC, and shown to people as the clock on the shop's wall says."""

from datetime import datetime
from zoneinfo import ZoneInfo, available_timezones

from storefront.errors import FieldErrors
from storefront.models import ShopSetting

SETTING = "time_zone"
DEFAULT = "UTC"


def names() -> list[str]:
    """Zones that can be chosen, as the IANA database names them by region and city: `Europe/Kyiv`."""
    return [DEFAULT, *sorted(name for name in available_timezones() if _is_place(name))]


def name() -> str:
    """The one that was chosen; one query."""
    row = ShopSetting.get_or_none(ShopSetting.name == SETTING)
    return row.value if row is not None else DEFAULT


def choose(zone: str) -> None:
    """Show moments so from now on. Raises FieldErrors (field time_zone: zone_unknown)."""
    if zone not in names():
        raise FieldErrors({"time_zone": ["zone_unknown"]})
    ShopSetting.insert(name=SETTING, value=zone).on_conflict(
        conflict_target=[ShopSetting.name], update={ShopSetting.value: zone}
    ).execute()


def local(at: datetime) -> datetime:
    """The same moment on the shop's clock."""
    return at.astimezone(ZoneInfo(name()))


def _is_place(zone: str) -> bool:
    """Not the database's own sorting (`posix/…`), nor offsets and countries of old (`Etc/GMT+5`, `GB`)."""
    region, separator, _city = zone.partition("/")
    return bool(separator) and region not in ("posix", "right", "Etc", "SystemV", "US", "Brazil", "Canada", "Mexico")
