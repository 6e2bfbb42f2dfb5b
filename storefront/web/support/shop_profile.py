"""What every page shows of the shop: the variables `shop` (its profile) and `legal` of all templates."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from flask import Flask, g, has_app_context
from flask_babel import LazyString
from flask_babel import gettext as _
from werkzeug.local import LocalProxy

from storefront import runtime, settings
from storefront.db import STORAGE_ERRORS
from storefront.models import LegalSettings, ShopProfile

# Those of a public page, which its query has read.
_rendered: ContextVar[tuple[ShopProfile, LegalSettings] | None] = ContextVar("rendered_profile", default=None)


@dataclass
class _Latest:
    """What this process has read last, for the error page while the database is away."""

    profile: ShopProfile = field(default_factory=ShopProfile)
    legal: LegalSettings = field(default_factory=LegalSettings)


def init_app(app: Flask) -> None:
    """Give templates and their macros `shop` and `legal`. They are read when a template first uses them."""
    app.jinja_env.globals.update(shop=LocalProxy(current_profile), legal=LocalProxy(current_legal))


def current_profile() -> ShopProfile:
    """The profile for this page; at most one query for each request."""
    rendered = _rendered.get()
    if rendered is not None:
        return rendered[0]
    if not has_app_context():
        return ShopProfile.load()
    if "shop_profile" not in g:
        read_for_page()
    found: ShopProfile = g.shop_profile
    return found


def current_legal() -> LegalSettings:
    """What this page shows of the law; at most one query for each request."""
    rendered = _rendered.get()
    if rendered is not None:
        return rendered[1]
    if not has_app_context():
        return settings.for_pages()[2]
    if "legal_settings" not in g:
        read_for_page()
    found: LegalSettings = g.legal_settings
    return found


def use_legal(legal: LegalSettings) -> None:
    """Show this, which has been read, on the page of this request."""
    g.legal_settings = legal
    runtime.current().resource(_latest).legal = legal


def use_profile(profile: ShopProfile) -> None:
    """Show this profile, which has been read, on the page of this request."""
    g.shop_profile = profile
    runtime.current().resource(_latest).profile = profile


def use_latest_profile() -> None:
    """Show what was read last: the page must not ask the database."""
    latest = runtime.current().resource(_latest)
    g.shop_profile, g.legal_settings = latest.profile, latest.legal


def use_time_zone(name: str) -> None:
    """Show the times of this request in the shop's time zone, which has been read."""
    g.shop_zone = ZoneInfo(name)


def read_for_page() -> None:
    """Read what pages show of the settings: the profile, the law and the time zone."""
    try:
        zone, profile, legal = settings.for_pages()
    except STORAGE_ERRORS:
        # A page that needs no more of the database can be shown.
        use_latest_profile()
        return
    use_profile(profile)
    use_legal(legal)
    use_time_zone(zone)


def with_contact(sentence: str) -> str:
    """A sentence that sends customers to the seller, with the contact behind it where the shop has one."""
    shop = current_profile()
    contact = ", ".join(part for part in (shop.contact_email, shop.contact_phone) if part)
    return " ".join((sentence, _("Seller contact: %(contact)s", contact=contact))) if contact else sentence


def asking_seller(sentence: LazyString) -> LazyString:
    """The same for a sentence that is translated when it is shown."""
    return LazyString(lambda: with_contact(str(sentence)))


@contextmanager
def rendering_shop(profile: ShopProfile, legal: LegalSettings) -> Iterator[None]:
    """Make these the current ones inside the block, also outside of a request."""
    token = _rendered.set((profile, legal))
    try:
        yield
    finally:
        _rendered.reset(token)


def _latest(_runtime: runtime.Runtime) -> _Latest:
    return _Latest()
