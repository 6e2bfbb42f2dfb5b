"""Browsers that have signed in before: strangers who guess an account's password can't lock them out.

Each has a cookie with a key of its own, under which its failures are counted instead of the account's
(OWASP, "Slow Down Online Guessing Attacks with Device Cookies").
"""

import secrets

from flask import request
from itsdangerous import BadData, URLSafeTimedSerializer
from werkzeug.wrappers import Response

from storefront.web.support import YEAR_SECONDS, shop_config

COOKIE = "device"


def account_key(email: str) -> str:
    """What this browser's failures to sign in with the email are counted under."""
    try:
        known, key = _serializer().loads(request.cookies.get(COOKIE, ""), max_age=YEAR_SECONDS)
    except (BadData, TypeError, ValueError):
        return email
    return f"device:{key}" if known == email.strip().lower() else email


def remember(response: Response, email: str) -> None:
    """Make the browser known, with a new key. Call it after a sign-in with the right password."""
    config = shop_config()
    response.set_cookie(
        COOKIE,
        _serializer().dumps([email, secrets.token_hex(8)]),
        max_age=YEAR_SECONDS,
        path="/admin/login",
        secure=config.public_url.startswith("https://"),
        httponly=True,
        samesite="Strict",
    )


def _serializer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(shop_config().secret_key, salt="known device")
