"""Moments as pages show them: on the shop's own clock, in the page's language."""

from datetime import datetime
from zoneinfo import ZoneInfo

from flask import g
from flask_babel import format_date, format_datetime, format_time
from markupsafe import Markup

from storefront import settings


def day(at: datetime | None) -> str:
    """A day as sentences name it: `5 June 2027`; "" for none."""
    return "" if at is None else str(format_date(_local(at), "long", rebase=False))


def day_tag(at: datetime | None) -> Markup:
    """The same as a <time>."""
    if at is None:
        return Markup("")
    return Markup('<time datetime="{}">{}</time>').format(_local(at).date().isoformat(), day(at))


def moment(at: datetime | None) -> Markup:
    """A moment as a <time>, naming its clock: `24 Nov 2026, 10:31:00 EET`."""
    if at is None:
        return Markup("")
    local = _local(at)
    return Markup('<time datetime="{}">{}</time>').format(local.isoformat(timespec="seconds"), _whole(local))


def minute(at: datetime | None) -> Markup:
    """The same for lists: `24 Nov 2026, 10:31`; seconds and clock are in its title."""
    if at is None:
        return Markup("")
    local = _local(at)
    day_and_time = f"{format_date(local, 'medium', rebase=False)}, {format_time(local, 'short', rebase=False)}"
    iso = local.isoformat(timespec="seconds")
    return Markup('<time datetime="{}" title="{}">{}</time>').format(iso, _whole(local), day_and_time)


def _whole(local: datetime) -> str:
    return f"{format_datetime(local, 'medium', rebase=False)} {local.tzname()}"


def _local(at: datetime) -> datetime:
    if "shop_zone" not in g:
        # A page shows many moments and looks for the zone once.
        g.shop_zone = ZoneInfo(settings.time_zone())
    return at.astimezone(g.shop_zone)
