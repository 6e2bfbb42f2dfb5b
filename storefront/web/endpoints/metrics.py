"""`/metrics`, for Prometheus: with the token, or without one from this machine alone."""

import hmac
from ipaddress import IPv6Address, ip_address

from flask import Blueprint, Response, request
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4

from storefront import operations
from storefront.web.support import shop_config

# One of them says that somebody passed the request on.
TRACES = ("Forwarded", "Via", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-IP")

blueprint = Blueprint("metrics", __name__)


@blueprint.get("/metrics")
def show() -> Response:
    """The numbers of this moment."""
    token = shop_config().metrics_token
    if token and not _shows(token):
        return _refused(401, "a bearer token is needed: METRICS_TOKEN\n", {"WWW-Authenticate": "Bearer"})
    if not token and not _comes_from_this_machine():
        return _refused(403, "only this machine may read this while METRICS_TOKEN is not set\n")
    answer = Response(operations.metrics_exposition(shop_config()), content_type=CONTENT_TYPE_PLAIN_0_0_4)
    answer.cache_control.no_store = True
    return answer


def _shows(token: str) -> bool:
    kind, _, shown = request.headers.get("Authorization", "").partition(" ")
    return kind.lower() == "bearer" and hmac.compare_digest(shown.strip().encode(), token.encode())


def _comes_from_this_machine() -> bool:
    """Whether the peer is loopback, and so is everybody whom a proxy in between names.

    A proxy on this machine is loopback too: what it passes on for others must not count as ours, whether it is
    trusted (TRUSTED_PROXIES) or not.
    """
    passed_on = any(header in request.headers for header in TRACES)
    named = request.headers.get("X-Forwarded-For", "").split(",") if passed_on else []
    return all(_is_loopback(address) for address in (request.remote_addr or "", *named))


def _is_loopback(text: str) -> bool:
    try:
        address = ip_address(text.strip())
    except ValueError:
        return False
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return (mapped or address).is_loopback


def _refused(status: int, words: str, headers: dict[str, str] | None = None) -> Response:
    return Response(words, status, headers, content_type="text/plain; charset=utf-8")
