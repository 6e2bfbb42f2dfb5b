"""Saving what the owner says of the shop: its profile, its logo and its time zone."""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from storefront import settings
from storefront.db import db
from storefront.errors import FieldErrors
from storefront.i18n import LANGUAGES, country_names
from storefront.models import DEFAULT_ACCENT, ShopProfile, is_color
from storefront.offers.logo import remove_logo, store_logo

_PHONE = re.compile(r"[0-9+()/. -]{5,40}")
MIN_DIGITS = 5


def save_profile(values: Mapping[str, Any], zone: str, logo: bytes | None = None) -> ShopProfile:
    """Save the texts of the profile, the time zone, and an uploaded logo; without one the present logo stays.

    `values` is {field of ShopProfile: text}. An earlier logo's file is deleted. Raises FieldErrors: color_format,
    phone_format, country_unknown, language_unknown, zone_unknown, and those of `store_logo`.
    """
    before = ShopProfile.load()
    profile = replace(before, **values)
    if profile.accent == DEFAULT_ACCENT:
        profile = replace(profile, accent="")
    errors = _errors(profile)
    if errors:
        raise FieldErrors(errors)
    if logo is not None:
        stored = store_logo(logo)
        profile = replace(profile, logo=stored.name, logo_width=stored.width, logo_height=stored.height)
    try:
        with db.atomic():
            settings.set_time_zone(zone)
            profile.save()
    except BaseException:
        if logo is not None:
            remove_logo(profile.logo)
        raise
    if profile.logo != before.logo:
        remove_logo(before.logo)
    return profile


def delete_logo() -> None:
    """Show the name instead of the logo from now on."""
    before = ShopProfile.load()
    replace(before, logo="", logo_width=0, logo_height=0).save()
    remove_logo(before.logo)


def _errors(profile: ShopProfile) -> dict[str, list[str]]:
    found = {}
    if profile.accent and not is_color(profile.accent):
        found["accent"] = ["color_format"]
    phone = profile.contact_phone
    if phone and not (_PHONE.fullmatch(phone) and sum(map(str.isdigit, phone)) >= MIN_DIGITS):
        found["contact_phone"] = ["phone_format"]
    if profile.country and profile.country not in country_names("en"):
        found["country"] = ["country_unknown"]
    if profile.default_language not in LANGUAGES:
        found["default_language"] = ["language_unknown"]
    return found
