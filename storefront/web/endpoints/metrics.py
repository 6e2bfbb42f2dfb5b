"""`/metrics` for Prometheus: protected by METRICS_TOKEN, or open to this machine only."""

import hmac
from ipaddress import IPv6Address, ip_address

from flask import Blueprint, Response, request
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4

from storefront import operations
from storefront.web.support import shop_config

# Any of these headers means that the request came through a proxy.
PROXY_HEADERS = ("Forwarded", "Via", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-IP")

blueprint = Blueprint("metrics", __name__)


@blueprint.get("/metrics")
def show() -> Response:
    """The current metrics in the Prometheus text format."""
    token = shop_config().metrics_token
    if token and not _has_bearer_token(token):
        return _refused(401, "a bearer token is needed: METRICS_TOKEN\n", {"WWW-Authenticate": "Bearer"})
    if not token and not _is_from_this_machine():
        return _refused(403, "only this machine may read this while METRICS_TOKEN is not set\n")
    response = Response(operations.metrics_exposition(shop_config()), content_type=CONTENT_TYPE_PLAIN_0_0_4)
    response.cache_control.no_store = True
    return response


def _has_bearer_token(token: str) -> bool:
    scheme, _, sent = request.headers.get("Authorization", "").partition(" ")
    return scheme.lower() == "bearer" and hmac.compare_digest(sent.strip().encode(), token.encode())


def _is_from_this_machine() -> bool:
    """Whether the peer and every client that a proxy names are loopback addresses.

    A proxy on this machine is a loopback peer too. What it forwards for others must not count as local, whether the
    proxy is trusted (TRUSTED_PROXIES) or not.
    """
    is_proxied = any(header in request.headers for header in PROXY_HEADERS)
    clients = request.headers.get("X-Forwarded-For", "").split(",") if is_proxied else []
    return all(_is_loopback(address) for address in (request.remote_addr or "", *clients))


def _is_loopback(text: str) -> bool:
    try:
        address = ip_address(text.strip())
    except ValueError:
        return False
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return (mapped or address).is_loopback


def _refused(status: int, message: str, headers: dict[str, str] | None = None) -> Response:
    return Response(message, status, headers, content_type="text/plain; charset=utf-8")
