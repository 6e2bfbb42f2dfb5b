"""Who runs the shop and how it looks: what the owner says of it under Settings → Shop."""

import json
from dataclasses import asdict, dataclass, fields
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from storefront.models.shop.accent_colors import AccentColors, accent_colors
from storefront.models.shop.shop_setting import ShopSetting
from storefront.runtime import current

PROFILE = "profile"
# In CSS pixels.
LOGO_HEIGHT = 32
# A logo that is so many times as wide as high.
WORDMARK_RATIO = 2.5


@dataclass(frozen=True)
class ShopProfile:
    """The texts as the owner typed them, "" for what is not set. Stored as one JSON object in `shop_setting`.

    `logo` is the key of the stored image. `accent` is "#rrggbb" as chosen; pages use `colors`. `country` is ISO 3166
    alpha-2 in upper case. `business_address` has lines.
    """

    name: str = ""
    logo: str = ""
    logo_width: int = 0
    logo_height: int = 0
    accent: str = ""
    contact_email: str = ""
    contact_phone: str = ""
    legal_name: str = ""
    business_address: str = ""
    country: str = ""
    tax_number: str = ""
    reply_to: str = ""
    default_language: str = "en"

    @property
    def display_name(self) -> str:
        """What buyers know the shop by: its name, else its legal name, else the host of its public address."""
        return self.name or self.legal_name or urlsplit(current().config.public_url).hostname or ""

    @property
    def has_contact(self) -> bool:
        """Whether buyers can be told where to ask."""
        return bool(self.contact_email or self.contact_phone)

    @property
    def colors(self) -> AccentColors:
        """The accent color in shades that can be read."""
        return accent_colors(self.accent)

    @property
    def logo_path(self) -> str:
        """The address of the logo's file; "" without one."""
        return f"/logo/{self.logo}" if self.logo else ""

    @property
    def logo_shown_width(self) -> int:
        """How wide the logo is where it is LOGO_HEIGHT high."""
        return max(1, round(self.logo_width * LOGO_HEIGHT / max(1, self.logo_height)))

    @property
    def logo_says_name(self) -> bool:
        """Whether the logo stands for the name: one that is wide usually is the name."""
        return bool(self.logo) and self.logo_width >= WORDMARK_RATIO * self.logo_height

    @property
    def dial_number(self) -> str:
        """The phone number for `tel:` links: digits, and a plus in front."""
        digits = "".join(character for character in self.contact_phone if character in "0123456789")
        return f"+{digits}" if self.contact_phone.lstrip(" (").startswith("+") else digits

    @classmethod
    def load(cls) -> "ShopProfile":
        """Read it; one query."""
        row = ShopSetting.by_name(PROFILE)
        return cls.from_value(row.value if row is not None else None)

    @classmethod
    def from_json(cls, text: str | None) -> "ShopProfile":
        """The profile in the `value` column of its row as the database has it; the defaults for None."""
        return _from_json(text)

    @classmethod
    def from_value(cls, stored: dict[str, Any] | None) -> "ShopProfile":
        """The profile in the value of its row. A later version may have stored more than this one knows."""
        return cls(**{name: value for name, value in (stored or {}).items() if name in _NAMES})

    def save(self) -> None:
        """Store it."""
        ShopSetting.store(PROFILE, asdict(self))


_NAMES = frozenset(field.name for field in fields(ShopProfile))


# Each page asks for it, and it hardly ever changes.
@lru_cache(maxsize=64)
def _from_json(text: str | None) -> ShopProfile:
    return ShopProfile.from_value(json.loads(text) if text else None)
