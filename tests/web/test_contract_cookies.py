"""Where the shop's own address is https, every cookie of it stays on https."""

import pytest
from flask import Flask

from tests.conftest import browser


@pytest.fixture(params=["https://shop.example.com", "http://shop.example.com"])
def public_url(request: pytest.FixtureRequest, environment: dict[str, str]) -> str:
    """Set before the app is made."""
    environment["PUBLIC_URL"] = request.param
    return str(request.param)


def test_cookies_are_secure_where_the_address_is(public_url: str, app: Flask) -> None:
    for address in ("/?lang=uk", "/admin/login"):
        cookie = browser(app).get(address).headers["Set-Cookie"]
        assert "HttpOnly" in cookie and "SameSite=Lax" in cookie
        assert ("Secure" in cookie) == public_url.startswith("https:"), cookie
