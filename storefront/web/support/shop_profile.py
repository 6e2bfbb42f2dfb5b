"""The shop's profile for the page that is being made: the variable `shop` of all templates."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from flask import Flask, g, has_app_context
from werkzeug.local import LocalProxy

from storefront import runtime, settings
from storefront.db import STORAGE_ERRORS
from storefront.models import ShopProfile

# The profile of a public page, which its query has read.
_rendered: ContextVar[ShopProfile | None] = ContextVar("rendered_profile", default=None)


@dataclass
class _Latest:
    """What this process has read last, for the error page while the database is away."""

    profile: ShopProfile = field(default_factory=ShopProfile)


def init_app(app: Flask) -> None:
    """Give templates and their macros `shop`. It is read when a template first uses it."""
    app.jinja_env.globals["shop"] = LocalProxy(current_profile)


def current_profile() -> ShopProfile:
    """The profile for this page; at most one query for each request."""
    profile = _rendered.get()
    if profile is not None:
        return profile
    if not has_app_context():
        return ShopProfile.load()
    if "shop_profile" not in g:
        read_for_page()
    found: ShopProfile = g.shop_profile
    return found


def use_profile(profile: ShopProfile) -> None:
    """Show this profile, which has been read, on the page of this request."""
    g.shop_profile = profile
    runtime.current().resource(_latest).profile = profile


def use_latest_profile() -> None:
    """Show what was read last: the page must not ask the database."""
    g.shop_profile = runtime.current().resource(_latest).profile


def use_time_zone(name: str) -> None:
    """Show the times of this request in the shop's time zone, which has been read."""
    g.shop_zone = ZoneInfo(name)


def read_for_page() -> None:
    """Read what pages show of the settings: the profile and the time zone."""
    try:
        zone, profile = settings.for_pages()
    except STORAGE_ERRORS:
        # A page that needs no more of the database can be shown.
        use_latest_profile()
        return
    use_profile(profile)
    use_time_zone(zone)


@contextmanager
def rendering_shop(profile: ShopProfile) -> Iterator[None]:
    """Make `profile` the current one inside the block, also outside of a request."""
    token = _rendered.set(profile)
    try:
        yield
    finally:
        _rendered.reset(token)


def _latest(_runtime: runtime.Runtime) -> _Latest:
    return _Latest()
