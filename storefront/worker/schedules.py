"""When periodic jobs run, and that one of several workers runs each of them."""

import logging
import threading
from collections.abc import Callable
from functools import wraps

from huey import crontab

from storefront import db
from storefront.models import JobRun

log = logging.getLogger(__name__)

EVERY_MINUTE, EVERY_HOUR = crontab(minute="*"), crontab(minute="0")
EVERY_TEN_MINUTES = crontab(minute="*/10")
EVERY_SIX_HOURS = crontab(minute="30", hour="*/6")


def once_a_minute(name: str, job: Callable[..., None]) -> Callable[..., None]:
    """Skip the job if a worker has run it in this minute, or still runs it: each worker has a schedule of its own."""
    running = threading.Lock()

    @wraps(job)
    def run() -> None:
        if not running.acquire(blocking=False):
            return
        try:
            with db.connection():
                is_ours = JobRun.claim(name)
            if is_ours:
                _run(name, job)
        finally:
            running.release()

    return run


def _run(name: str, job: Callable[..., None]) -> None:
    try:
        job()
    finally:
        try:
            with db.connection():
                JobRun.end(name)
        except db.STORAGE_ERRORS as error:
            # This worker may run it again, others when they have waited.
            log.warning("the end of job %s could not be stored: %s", name, type(error).__name__)
