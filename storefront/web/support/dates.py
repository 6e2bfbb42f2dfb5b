"""Dates and times as pages show them: in the shop's time zone and the page's language."""

from datetime import UTC, date, datetime, time
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel.dates import format_date as babel_date
from flask import g
from flask_babel import format_date, format_datetime, format_time
from markupsafe import Markup

from storefront import settings
from storefront.models import now
from storefront.web.support.languages import current_language
from storefront.web.support.shop_profile import read_for_page, use_time_zone


def shop_zone() -> str:
    """The name of the shop's time zone, read once per request."""
    if "shop_zone" not in g:
        read_for_page()
    if "shop_zone" not in g:
        use_time_zone(settings.time_zone())
    return str(g.shop_zone)


def day(at: datetime | None) -> str:
    """A date inside a sentence: `5 June 2027`; "" for None."""
    return "" if at is None else _long_date(_local(at).date(), current_language())


def day_of(date_: date | None) -> str:
    """A date in a few words: `5 Jun 2027`; "" for None."""
    return "" if date_ is None else str(format_date(date_, "medium"))


def short_day(at: datetime | None) -> str:
    """A date as the admin writes it beside the times of `minute`: `5 Jun 2027`; "" for None."""
    return "" if at is None else day_of(_local(at).date())


def day_tag(at: datetime | None) -> Markup:
    """The same as a <time> element."""
    if at is None:
        return Markup("")
    return Markup('<time datetime="%s">%s</time>') % (_local(at).date().isoformat(), day(at))


def moment(at: datetime | None) -> Markup:
    """Date and time with the time zone, as a <time> element: `24 Nov 2026, 10:31:00 EET`."""
    if at is None:
        return Markup("")
    local = _local(at)
    return Markup('<time datetime="{}">{}</time>').format(local.isoformat(timespec="seconds"), _with_zone(local))


def minute(at: datetime | None) -> Markup:
    """The short form for lists: `24 Nov 2026, 10:31`; its title has the seconds and the time zone."""
    if at is None:
        return Markup("")
    local = _local(at)
    day_and_time = f"{format_date(local, 'medium', rebase=False)}, {format_time(local, 'short', rebase=False)}"
    iso = local.isoformat(timespec="seconds")
    return Markup('<time datetime="{}" title="{}">{}</time>').format(iso, _with_zone(local), day_and_time)


def begin_of_day(day: date) -> datetime:
    """When a day begins in the shop's time zone."""
    return datetime.combine(day, time(), ZoneInfo(shop_zone())).astimezone(UTC)


def today() -> date:
    """The date now in the shop's time zone."""
    return _local(now()).date()


@lru_cache(maxsize=1000)
def _long_date(date_: date, language: str) -> str:
    return babel_date(date_, "long", locale=language)


def _with_zone(local: datetime) -> str:
    return f"{format_datetime(local, 'medium', rebase=False)} {local.tzname()}"


def _local(at: datetime) -> datetime:
    # The setting is read once per request: a page shows many times.
    return at.astimezone(ZoneInfo(shop_zone()))
