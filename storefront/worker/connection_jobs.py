"""Jobs that look at the connected accounts and their webhook endpoints."""

import logging
import threading

from storefront import db, merchants, stripe_gateway
from storefront.runtime import Runtime, current

log = logging.getLogger(__name__)


class _Registration:
    """The threads of a worker start at the same time. Only one of them may register webhook endpoints."""

    def __init__(self, _runtime: Runtime) -> None:
        self.lock = threading.Lock()


def registration() -> threading.Lock:
    """The lock of what registers endpoints, one for each shop in this process."""
    return current().resource(_Registration).lock


def register_moved() -> None:
    """Register webhook endpoints that failed before, or whose events are not those of this version."""
    with registration(), db.connection(), stripe_gateway.without_refused_calls():
        for merchant in merchants.register_missing(current().config.public_url):
            log.info("%s: webhook %s", merchant.name, merchant.webhook_problem or "registered")


def look_at_connections() -> None:
    """Register the endpoints and compare the accounts now, outside of the schedule."""
    register_moved()
    watch_connections()


def watch_connections() -> None:
    """Compare the connected accounts and their webhook endpoints with Stripe."""
    with registration(), db.connection(), stripe_gateway.without_refused_calls():
        merchants.watch_connections(current().config.public_url).log_failures()
