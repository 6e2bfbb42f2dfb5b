"""Browsers that have signed in before: strangers who guess an account's password can't lock them out.

Each has a cookie with a key of its own, under which its failures are counted instead of the account's
(OWASP, "Slow Down Online Guessing Attacks with Device Cookies"). A new password makes all of them unknown: whoever knew
the old one may have collected many, each with failures of its own.
"""

import secrets

from flask import request
from itsdangerous import BadData, URLSafeTimedSerializer
from werkzeug.wrappers import Response

from storefront.models import Admin
from storefront.web.support import YEAR_SECONDS, NearClockSigner, cookie_name, shop_config

COOKIE, PATH = "device", "/admin/login"


def account_key(email: str) -> str:
    """What this browser's failures to sign in with the email are counted under."""
    typed = email.strip().lower()
    # Without "@" it could be the key of another counter.
    unknown = typed if "@" in typed else f"{typed}@"
    try:
        known, session_version, key = _serializer().loads(
            request.cookies.get(cookie_name(COOKIE, path=PATH), ""), max_age=YEAR_SECONDS
        )
    except (BadData, TypeError, ValueError):
        return unknown
    is_current = Admin.select().where(Admin.email == typed, Admin.session_version == session_version).exists
    return f"device:{key}" if known == typed and is_current() else unknown


def is_known(email: str) -> bool:
    """Whether this browser has signed in with the email before, since its password was set."""
    return account_key(email).startswith("device:")


def remember(response: Response, admin: Admin) -> None:
    """Make the browser known, with a new key. Call it after the admin has typed the right password, or a new one."""
    config = shop_config()
    response.set_cookie(
        cookie_name(COOKIE, path=PATH),
        _serializer().dumps([admin.email, admin.session_version, secrets.token_hex(8)]),
        max_age=YEAR_SECONDS,
        path=PATH,
        secure=config.public_url.startswith("https://"),
        httponly=True,
        samesite="Strict",
    )


def _serializer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(shop_config().signing_keys, salt="known device", signer=NearClockSigner)
