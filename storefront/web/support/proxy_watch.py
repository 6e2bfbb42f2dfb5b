"""Compares TRUSTED_PROXIES with the `X-Forwarded-For` headers of requests and remembers what does not fit.

With too few trusted proxies all buyers have the proxy's address, and the limits of one address stop them all. With too
many, anybody could choose an address; werkzeug then takes the proxy's.
"""

import logging
from datetime import datetime, timedelta
from ipaddress import ip_address
from typing import TYPE_CHECKING

from flask import Flask, request
from peewee import PeeweeException

from storefront.models import ProxyFit, ProxyObservation, now
from storefront.web.support.request_rules import ANY_HOST_PATHS

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

log = logging.getLogger(__name__)

# Each process writes an observation of a kind so often at most.
INTERVAL = timedelta(hours=1)


def init_app(app: Flask) -> None:
    """Look at each request, except those of programs that watch the shop."""
    watch = app.extensions["proxy_watch"] = ProxyWatch(app.config["SHOP"].trusted_proxies)

    @app.before_request
    def observe() -> None:
        if request.path not in ANY_HOST_PATHS:
            watch.observe(request.environ)


class ProxyWatch:
    """What one process has found out about its proxies."""

    def __init__(self, trusted: int) -> None:
        self._trusted = trusted
        self._written: dict[ProxyFit, datetime] = {}

    def finding(self, environ: "WSGIEnvironment") -> tuple[ProxyFit, int] | None:
        """What the request tells about the proxies (`compare`), if it is to be written down now."""
        forwarded = environ.get("HTTP_X_FORWARDED_FOR", "")
        if not self._trusted and not forwarded:
            return None
        original = environ.get("werkzeug.proxy_fix.orig") or environ
        kind, proxies = compare(original.get("REMOTE_ADDR") or "", forwarded, self._trusted)
        last = self._written.get(kind)
        if (kind is ProxyFit.FITS and not self._trusted) or (last is not None and abs(now() - last) < INTERVAL):
            return None
        return kind, proxies

    def observe(self, environ: "WSGIEnvironment") -> None:
        """Write down what the request tells."""
        finding = self.finding(environ)
        if finding is None:
            return
        kind, proxies = finding
        self._written[kind] = now()
        try:
            ProxyObservation.record(kind, self._trusted, proxies)
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
