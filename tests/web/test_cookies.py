"""Cookies are Secure if the shop's public address is https."""

import pytest
from flask import Flask

from tests.web_client import browser


@pytest.fixture(params=["https://shop.example.com", "http://shop.example.com"])
def public_url(request: pytest.FixtureRequest, environment: dict[str, str]) -> str:
    """PUBLIC_URL of the shop; set before the app is created."""
    environment["PUBLIC_URL"] = request.param
    return str(request.param)


def test_cookies_are_secure_if_the_address_is_https(public_url: str, app: Flask) -> None:
    for address in ("/?lang=uk", "/admin/login"):
        cookie = browser(app).get(address).headers["Set-Cookie"]
        assert "HttpOnly" in cookie and "SameSite=Lax" in cookie
        assert ("Secure" in cookie) == public_url.startswith("https:"), cookie
