"""The one rule that tells our own pages' requests from those of other sites, for all forms of shop and admin."""

from enum import Enum, auto
from urllib.parse import urlsplit

from flask import abort, request

from storefront.config import Config
from storefront.web_addresses import DEFAULT_PORTS

SAFE_METHODS = frozenset(("GET", "HEAD", "OPTIONS"))


class Source(Enum):
    """Where a request comes from."""

    OWN_PAGE = auto()
    OTHER_SITE = auto()
    UNKNOWN = auto()


def request_source(config: Config) -> Source:
    """Where the request comes from, as the browser says.

    `Sec-Fetch-Site` decides, because no proxy changes what the browser compares. Browsers send it over https only, so
    otherwise `Origin` decides: it must be that of the request's own host or of PUBLIC_URL, which differ behind a proxy
    that rewrites `Host`. `Referer` is not used: privacy settings and proxies remove it.
    """
    # Some proxies empty a header instead of removing it.
    site = request.headers.get("Sec-Fetch-Site")
    if site:
        # "none": the browser itself sent it, for example when it restored a tab.
        by_site = {"same-origin": Source.OWN_PAGE, "none": Source.UNKNOWN}
        return by_site.get(site, Source.OTHER_SITE)
    # "null": a privacy setting hides the origin.
    if request.headers.get("Origin", "null") == "null":
        return Source.UNKNOWN
    sent = origin_of(request.headers["Origin"])
    own = {origin_of(request.host_url), origin_of(config.public_url)}
    return Source.OWN_PAGE if sent is not None and sent in own else Source.OTHER_SITE


def require_own_page(config: Config) -> None:
    """Refuse (403) a change unless one of our own pages sent it. For pages without a session, so without CSRF token."""
    if request.method not in SAFE_METHODS and request_source(config) is not Source.OWN_PAGE:
        abort(403)


def refuse_other_sites(config: Config) -> None:
    """Refuse (403) a change that another site sent. For pages whose CSRF token is checked as well.

    The token alone decides about a request that doesn't say where it comes from.
    """
    if request.method not in SAFE_METHODS and request_source(config) is Source.OTHER_SITE:
        abort(403)


def origin_of(address: str) -> str | None:
    """Scheme, host and port of an address, in one spelling. None if it has no scheme or no host."""
    try:
        parts = urlsplit(address)
        host, port = parts.hostname, parts.port
    except ValueError:
        return None
    if not parts.scheme or not host:
        return None
    host = f"[{host}]" if ":" in host else host
    return f"{parts.scheme}://{host}" + ("" if port in (None, DEFAULT_PORTS.get(parts.scheme)) else f":{port}")
