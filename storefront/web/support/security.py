"""Security headers, CSRF protection, and who may send changes."""

from functools import lru_cache
from typing import cast
from urllib.parse import urlsplit

from flask import Flask, Response, current_app, g, request

from storefront import stripe_gateway
from storefront.config import Config
from storefront.models import Merchant
from storefront.web.support import same_origin
from storefront.web.support.form_tokens import FormProtection, form_token, upload_token
from storefront.web.support.same_origin import origin_of

csrf = FormProtection()

# For script-src, frame-src and connect-src.
StripeSources = tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]
NO_SOURCES: StripeSources = ((), (), ())
# docs.stripe.com/security/guide#content-security-policy
STRIPE_SCRIPT = ("https://js.stripe.com", "https://*.js.stripe.com")
STRIPE_FRAME = (*STRIPE_SCRIPT, "https://hooks.stripe.com")

# What no page uses: scripts that somebody smuggled in can't ask for it either.
UNUSED_FEATURES = (
    "camera",
    "display-capture",
    "geolocation",
    "microphone",
    "midi",
    "usb",
    "serial",
    "hid",
)
# Files that other sites and emails may embed.
PUBLIC_FILES = ("static", "images.show", "shop_files.logo")


def init_app(app: Flask) -> None:
    """Set up CSRF tokens for the forms of signed-in people, and security headers for every response."""
    # Tokens live as long as the session: a form that was open for an hour must not lose what was typed.
    app.config.setdefault("WTF_CSRF_TIME_LIMIT", None)
    # Flask-WTF's own check demands a Referer over https. Ours is `same_origin`.
    app.config.setdefault("WTF_CSRF_SSL_STRICT", False)
    csrf.init_app(app)
    app.jinja_env.globals.update(form_token=form_token, upload_token=upload_token)
    app.after_request(_add_security_headers)


def shop_config() -> Config:
    """The configuration of the running application."""
    return cast(Config, current_app.config["SHOP"])


def shop_words() -> list[str]:
    """Names that anybody knows who attacks this shop: nobody's password may consist of them."""
    host = urlsplit(shop_config().public_url).hostname or ""
    return [host, *host.split("."), *(merchant.name for merchant in Merchant.select(Merchant.name))]


def allow_stripe(merchant: Merchant) -> None:
    """Let this page load Stripe.js, its frames and its API from the merchant's Stripe addresses."""
    g.stripe_sources = stripe_sources(merchant)


def allow_own_frames() -> None:
    """Let this page embed our own pages in frames."""
    g.own_frames = True


def allow_frames_on(sites: tuple[str, ...]) -> None:
    """Let these origins show this page in a frame."""
    g.frame_ancestors = sites


def require_same_origin() -> None:
    """Refuse (403) requests from other sites' pages. For customer pages, which have no session and so no CSRF token."""
    same_origin.require_own_page(shop_config())


def refuse_other_sites() -> None:
    """Refuse (403) requests from other sites' pages to pages whose CSRF token is checked as well."""
    same_origin.refuse_other_sites(shop_config())


def keep_private(response: Response) -> Response:
    """Keep a customer's pages out of caches and search engines."""
    response.headers["Cache-Control"] = "no-store, private"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _add_security_headers(response: Response) -> Response:
    sources, own_frames = g.get("stripe_sources", NO_SOURCES), "own_frames" in g
    is_public, sites = request.endpoint in PUBLIC_FILES, g.get("frame_ancestors", ())
    present = {name.lower() for name, _value in response.headers}
    for name, value in security_headers(shop_config(), request.is_secure, is_public, sources, own_frames, sites):
        if name.lower() not in present:
            response.headers.add(name, value)
    return response


def security_headers(
    config: Config,
    is_https: bool,
    is_public: bool = False,
    sources: StripeSources = NO_SOURCES,
    own_frames: bool = False,
    frame_ancestors: tuple[str, ...] = (),
) -> list[tuple[str, str]]:
    """The headers of a page, or of a file that other sites may embed (`is_public`).

    `frame_ancestors`: the origins that may show the page in a frame.
    """
    headers = [
        ("Content-Security-Policy", _content_security_policy(sources, own_frames, frame_ancestors)),
        ("X-Content-Type-Options", "nosniff"),
        ("Referrer-Policy", "strict-origin"),
        # It can't name other sites: where some may, it is left out.
        *([] if frame_ancestors else [("X-Frame-Options", "DENY")]),
        # Google Pay opens a window of its own.
        ("Cross-Origin-Opener-Policy", "same-origin-allow-popups" if sources != NO_SOURCES else "same-origin"),
        ("Permissions-Policy", _permissions_policy(sources)),
        ("Cross-Origin-Resource-Policy", "cross-origin" if is_public or frame_ancestors else "same-origin"),
    ]
    # A proxy that hides that the browser uses https must not remove it. Browsers ignore it over http.
    if is_https or config.public_url.startswith("https://"):
        headers.append(("Strict-Transport-Security", "max-age=31536000"))
    return headers


@lru_cache(maxsize=64)
def _content_security_policy(sources: StripeSources, own_frames: bool, frame_ancestors: tuple[str, ...] = ()) -> str:
    script, frame, connect = sources
    rules = {
        "default-src": ("'none'",),
        "script-src": ("'self'", *script),
        "style-src": ("'self'",),
        "img-src": ("'self'", "data:"),
        "font-src": ("'self'",),
        "connect-src": ("'self'", *connect),
        "frame-src": (*frame, *(("'self'",) if own_frames else ())) or ("'none'",),
        "form-action": ("'self'",),
        "base-uri": ("'none'",),
        "frame-ancestors": frame_ancestors or ("'none'",),
    }
    return "; ".join(f"{name} {' '.join(sources)}" for name, sources in rules.items())


@lru_cache(maxsize=64)
def _permissions_policy(sources: StripeSources) -> str:
    """Payment for Stripe's frames on pages with card fields; nothing else."""
    _script, frame, _connect = sources
    payment = " ".join(("self", *(f'"{source}"' for source in frame))) if frame else ""
    return ", ".join([*(f"{name}=()" for name in UNUSED_FEATURES), f"payment=({payment})"])


def stripe_sources(merchant: Merchant) -> StripeSources:
    """What pages with this merchant's card field load from Stripe."""
    js, api = (
        origin_of(stripe_gateway.js_address(merchant)) or "",
        origin_of(stripe_gateway.api_address_of(merchant)) or "",
    )
    if js == "https://js.stripe.com":
        return STRIPE_SCRIPT, STRIPE_FRAME, (api,)
    return (js,), (js,), tuple(dict.fromkeys((api, js)))
