"""The owner's settings: delays and limits, with defaults that suit most shops; 0 means at once (limits: none)."""

from dataclasses import dataclass, fields

from storefront.db import db
from storefront.errors import FieldErrors
from storefront.models import ShopSetting


@dataclass(frozen=True)
class Settings:
    """Each is a whole number; its unit is in its name."""

    letter_after_minutes: int = 15
    order_expiry_hours: int = 72
    stock_hold_minutes: int = 30
    first_reminder_days: int = 1
    second_reminder_days: int = 3
    third_reminder_days: int = 5
    declines_per_order: int = 10
    declines_per_address_hour: int = 30
    declines_per_offer_hour: int = 100

    @property
    def reminder_days(self) -> list[int]:
        """When customers are reminded of a renewal that waits for them: days after it stopped, each once, in order."""
        return sorted({self.first_reminder_days, self.second_reminder_days, self.third_reminder_days})


LARGEST = 100_000


def current() -> Settings:
    """The settings as they are now; one query."""
    known = {field.name for field in fields(Settings)}
    return Settings(**{row.name: int(row.value) for row in ShopSetting.select() if row.name in known})


def save(values: dict[str, int]) -> None:
    """Keep the owner's values. Raises FieldErrors (code setting_range) for what is no whole number from 0."""
    wrong = {name: ["setting_range"] for name, value in values.items() if not 0 <= value <= LARGEST}
    if wrong:
        raise FieldErrors(wrong, largest=LARGEST)
    with db.atomic():
        for name, value in values.items():
            ShopSetting.insert(name=name, value=value).on_conflict(
                conflict_target=[ShopSetting.name], update={ShopSetting.value: value}
            ).execute()
