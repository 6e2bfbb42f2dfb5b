"""Headers of every answer, and the question whether a request comes from the shop's own pages."""

from typing import cast
from urllib.parse import urlsplit

from flask import Flask, Response, abort, current_app, g, request
from flask_wtf.csrf import CSRFProtect

from storefront.config import Config
from storefront.models import Merchant

csrf = CSRFProtect()

# docs.stripe.com/security/guide#content-security-policy
STRIPE_SCRIPT = ("https://js.stripe.com", "https://*.js.stripe.com")
STRIPE_FRAME = (*STRIPE_SCRIPT, "https://hooks.stripe.com")


def init_app(app: Flask) -> None:
    """CSRF tokens for every form of a signed-in person, safe headers on every answer."""
    # A token lives as long as its session: a form that was open for an hour must not lose what was typed.
    app.config.setdefault("WTF_CSRF_TIME_LIMIT", None)
    csrf.init_app(app)
    app.after_request(_harden)


def shop_config() -> Config:
    """The configuration of the running application."""
    return cast(Config, current_app.config["SHOP"])


def allow_stripe(merchant: Merchant) -> None:
    """Let this page load Stripe.js, its frames and its API from where this merchant's Stripe is."""
    g.stripe_addresses = (
        merchant.js_url or shop_config().stripe_js_url,
        merchant.api_base or shop_config().stripe_api_base,
    )


def allow_own_frames() -> None:
    """Let this page show another of our own pages in a frame."""
    g.own_frames = True


def stripe_js_url(merchant: Merchant) -> str:
    """The address of Stripe.js for this merchant's pages."""
    return merchant.js_url or shop_config().stripe_js_url


def require_same_origin() -> None:
    """Refuse (403) what another site's page sent; buyers' pages have no session that could hold a token.

    The browser's own `Sec-Fetch-Site` decides, else `Origin`; a request with neither is refused.
    """
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        allowed = site == "same-origin"
    else:
        own = {_origin(request.host_url), _origin(shop_config().public_url)}
        origin = _origin(request.headers.get("Origin", ""))
        allowed = origin is not None and origin in own
    if not allowed:
        abort(403)


def keep_private(response: Response) -> Response:
    """A buyer's own pages are nobody else's business: no cache keeps them, no search engine lists them."""
    response.cache_control.no_store = True
    response.cache_control.private = True
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _origin(address: str) -> str | None:
    try:
        parts = urlsplit(address)
    except ValueError:
        return None
    return f"{parts.scheme}://{parts.netloc}".lower() if parts.scheme and parts.netloc else None


def _harden(response: Response) -> Response:
    headers = response.headers
    headers.setdefault("Content-Security-Policy", _content_security_policy())
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("Referrer-Policy", "strict-origin")
    headers.setdefault("X-Frame-Options", "DENY")
    headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    if request.is_secure:
        headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    return response


def _content_security_policy() -> str:
    script, frame, connect = _stripe_sources()
    rules = {
        "default-src": ("'none'",),
        "script-src": ("'self'", *script),
        "style-src": ("'self'",),
        "img-src": ("'self'", "data:"),
        "font-src": ("'self'",),
        "connect-src": ("'self'", *connect),
        "frame-src": (*frame, *(("'self'",) if "own_frames" in g else ())) or ("'none'",),
        "form-action": ("'self'",),
        "base-uri": ("'none'",),
        "frame-ancestors": ("'none'",),
    }
    return "; ".join(f"{name} {' '.join(sources)}" for name, sources in rules.items())


def _stripe_sources() -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """What script-src, frame-src and connect-src need; nothing on pages that take no card."""
    if "stripe_addresses" not in g:
        return (), (), ()
    js, api = (_origin(address) or "" for address in g.stripe_addresses)
    if js == "https://js.stripe.com":
        return STRIPE_SCRIPT, STRIPE_FRAME, (api,)
    return (js,), (js,), tuple(dict.fromkeys((api, js)))
