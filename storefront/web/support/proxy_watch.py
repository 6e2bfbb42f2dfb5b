"""Compares TRUSTED_PROXIES with the `X-Forwarded-For` headers of requests and remembers what does not fit.

With too few trusted proxies all buyers have the proxy's address, and the limits of one address stop them all. With too
many, anybody could choose an address; werkzeug then takes the proxy's.
"""

import logging
from datetime import datetime, timedelta
from ipaddress import ip_address

from flask import Flask, request
from peewee import PeeweeException

from storefront.models import ProxyFit, ProxyObservation, now
from storefront.web.support.request_rules import ANY_HOST_PATHS

log = logging.getLogger(__name__)

# Each process writes an observation of a kind so often at most.
INTERVAL = timedelta(hours=1)


def init_app(app: Flask) -> None:
    """Look at each request, except those of programs that watch the shop."""
    trusted = app.config["SHOP"].trusted_proxies
    written: dict[ProxyFit, datetime] = {}

    @app.before_request
    def watch() -> None:
        forwarded = request.headers.get("X-Forwarded-For", "")
        if (not trusted and not forwarded) or request.path in ANY_HOST_PATHS:
            return
        original = request.environ.get("werkzeug.proxy_fix.orig") or request.environ
        kind, proxies = compare(original.get("REMOTE_ADDR") or "", forwarded, trusted)
        last = written.get(kind)
        if (kind is ProxyFit.FITS and not trusted) or (last is not None and abs(now() - last) < INTERVAL):
            return
        written[kind] = now()
        try:
            ProxyObservation.record(kind, trusted, proxies)
        except PeeweeException as error:
            # The page matters more. It is noted with a request of the next hour.
            log.warning("an observation about proxies could not be stored: %s", type(error).__name__)


def compare(peer: str, forwarded: str, trusted: int) -> tuple[ProxyFit, int]:
    """Whether `trusted` proxies fit a request that came from `peer` with this header; and how many would.

    Each proxy appends the address that it was asked from. One with a private address is probably a proxy; anybody on
    the internet can send a header, so an address there tells nothing.
    """
    named = [address.strip() for address in forwarded.split(",") if address.strip()]
    if len(named) < trusted:
        return ProxyFit.TOO_MANY, len(named)
    # From the shop to the buyer.
    way = [peer, *reversed(named)]
    if len(named) == trusted or not _is_private(way[trusted]):
        return ProxyFit.FITS, trusted
    private = next((number for number, address in enumerate(way) if not _is_private(address)), len(named))
    return ProxyFit.TOO_FEW, private


def _is_private(address: str) -> bool:
    try:
        return ip_address(address).is_private
    except ValueError:
        return False
