"""The log of jobs: one JSON line for each."""

import logging
import time
from collections.abc import Callable
from functools import wraps

from storefront.log_lines import JOB_LOGGER, write_line


def logged(name: str, job: Callable[..., None], *, is_periodic: bool) -> Callable[..., None]:
    """Write {"job", "result", "ms"} after each run; `result` is "ok" or "failed". The arguments are not written.

    Periodic jobs run every minute and mostly find nothing to do: their lines are `debug`, except when they fail.
    """
    level = logging.DEBUG if is_periodic else logging.INFO

    @wraps(job)
    def run(*arguments: object) -> None:
        began = time.monotonic()
        try:
            job(*arguments)
        except BaseException:
            _write(name, "failed", began, logging.ERROR)
            raise
        _write(name, "ok", began, level)

    return run


def _write(name: str, result: str, began: float, level: int) -> None:
    milliseconds = round((time.monotonic() - began) * 1000, 1)
    write_line(JOB_LOGGER, {"job": name, "result": result, "ms": milliseconds}, level)
