"""When periodic jobs run, and that one of several workers runs each of them."""

import threading
from collections.abc import Callable
from functools import wraps

from huey import crontab

from storefront import db
from storefront.models import JobRun

EVERY_MINUTE, EVERY_HOUR = crontab(minute="*"), crontab(minute="0")
EVERY_TEN_MINUTES = crontab(minute="*/10")
EVERY_SIX_HOURS = crontab(minute="30", hour="*/6")


def once_a_minute(name: str, job: Callable[..., None]) -> Callable[..., None]:
    """Skip the job if a worker has run it in this minute: each worker has a schedule of its own.

    This worker also skips it while its run of an earlier minute goes on.
    """
    running = threading.Lock()

    @wraps(job)
    def run() -> None:
        if not running.acquire(blocking=False):
            return
        try:
            with db.connection():
                is_ours = JobRun.claim(name)
            if is_ours:
                job()
        finally:
            running.release()

    return run
