"""Counts how often the pages of offers are opened: in memory, written in batches, without cookies.

Nothing about the visitor is kept. Programs that say who they are, such as search engines, are left out.
"""

import atexit
import logging
import re
from collections import Counter
from contextlib import suppress
from datetime import datetime, timedelta
from threading import Lock
from typing import TYPE_CHECKING

from flask import Flask, current_app, request

from storefront import runtime, settings
from storefront.db import STORAGE_ERRORS, connection
from storefront.models import OfferView, now
from storefront.web.support.request_rules import ANY_HOST_PATHS

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

log = logging.getLogger(__name__)

# They are written with the next request that Flask answers after this time, or when there are so many.
INTERVAL, MOST = timedelta(minutes=1), 500
# Every browser begins with Mozilla. Programs that fetch pages name themselves, mostly with one of these words.
_PROGRAM = re.compile(
    r"bot|crawl|spider|slurp|preview|facebookexternalhit|headless|lighthouse|monitor|uptime|scan|fetch|python|curl|wget",
    re.IGNORECASE,
)


def init_app(app: Flask) -> None:
    """Write what is due before a request is answered, and the rest when the process ends."""
    counter = app.extensions["view_count"] = ViewCount(app.extensions["runtime"])

    @app.before_request
    def write() -> None:
        if request.path not in ANY_HOST_PATHS and counter.is_due():
            counter.write()


class ViewCount:
    """The views that one process has not written yet."""

    def __init__(self, owner: runtime.Runtime) -> None:
        self._runtime = owner
        self._seen: Counter[int] = Counter()
        self._since: datetime | None = None
        self._lock = Lock()
        self._ends_registered = False

    def note(self, environ: "WSGIEnvironment", offer_id: int) -> None:
        """Count a request for the page of this offer, if a person opens it."""
        if environ["REQUEST_METHOD"] != "GET" or not is_person(environ):
            return
        with self._lock:
            self._seen[offer_id] += 1
            self._since = self._since or self._runtime.clock()
            if not self._ends_registered:
                self._ends_registered = True
                atexit.register(self._write_at_end)

    def is_due(self) -> bool:
        """Whether there is something to write, and it is time."""
        since = self._since
        return since is not None and (abs(self._runtime.clock() - since) >= INTERVAL or self._seen.total() >= MOST)

    def write(self) -> None:
        """Write what was counted. What can't be written is kept for the next time."""
        with self._lock:
            seen, self._seen, self._since = self._seen, Counter(), None
        if not seen:
            return
        try:
            OfferView.add(seen, settings.local_time(now()).date())
        except STORAGE_ERRORS as error:
            # The page matters more.
            log.warning("views of offers could not be stored: %s", type(error).__name__)
            with self._lock:
                self._seen.update(seen)
                self._since = now()

    def _write_at_end(self) -> None:
        runtime.push(self._runtime)
        try:
            with suppress(*STORAGE_ERRORS), connection():
                self.write()
        finally:
            runtime.pop()


def note_view(offer_id: int) -> None:
    """Count the current request for the page of this offer. `CachedPages` counts those that it answers."""
    counter: ViewCount = current_app.extensions["view_count"]
    counter.note(request.environ, offer_id)


def is_person(environ: "WSGIEnvironment") -> bool:
    """Whether a browser sends the request because somebody looks at the page."""
    agent = environ.get("HTTP_USER_AGENT", "")
    is_early = "prefetch" in str(environ.get("HTTP_SEC_PURPOSE") or environ.get("HTTP_PURPOSE") or "")
    return agent.startswith("Mozilla/") and not _PROGRAM.search(agent) and not is_early
