"""The names of cookies, and signed ones whose age counts: a clock that is slightly ahead does not make them invalid."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from flask import Flask, current_app
from flask.sessions import SecureCookieSessionInterface
from itsdangerous import SignatureExpired, TimestampSigner, URLSafeTimedSerializer

from storefront.models import CLOCK_TOLERANCE

YEAR_SECONDS = 365 * 24 * 3600


def init_app(app: Flask) -> None:
    """Make Flask sign its sessions with `NearClockSigner`, and keep other sites of the domain away from them."""
    app.config["SESSION_COOKIE_NAME"] = cookie_name("session", app)
    app.session_interface = _SessionInterface()


def cookie_name(name: str, app: Flask | None = None, path: str = "/") -> str:
    """The cookie's full name. Over https, browsers take a name with these prefixes from this host itself only.

    RFC 6265bis, section 4.1.3.
    """
    if not (app or current_app).config["SESSION_COOKIE_SECURE"]:
        return name
    return f"__Host-{name}" if path == "/" else f"__Secure-{name}"


class NearClockSigner(TimestampSigner):
    """Accepts what another server of the shop has just signed, or this one before its clock was set back a little.

    What was signed further in the future is refused: it would be valid for too long.
    """

    def unsign(self, signed_value: Any, max_age: int | None = None, return_timestamp: bool = False) -> Any:
        """As the base class, which refuses any time in the future."""
        unsign: Callable[..., Any] = super().unsign
        try:
            return unsign(signed_value, max_age, return_timestamp)
        except SignatureExpired as error:
            now = datetime.now(UTC)
            if error.date_signed is None or not now <= error.date_signed <= now + CLOCK_TOLERANCE:
                raise
            return unsign(signed_value, None, return_timestamp)


class _SessionInterface(SecureCookieSessionInterface):
    """Makes the serializer once for a key: Flask makes one for each request, also of visitors without a cookie."""

    def __init__(self) -> None:
        self._made: tuple[object, URLSafeTimedSerializer | None] = (None, None)

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        key = (app.secret_key, app.config["SECRET_KEY_FALLBACKS"])
        made_for, serializer = self._made
        if serializer is None or made_for != key:
            serializer = super().get_signing_serializer(app)
            if serializer is not None:
                serializer.signer = NearClockSigner
            self._made = (key, serializer)
        return serializer
