"""Moves the clock of a soaked shop's programs and of its Stripe: Python imports this at each start, from PYTHONPATH.

The file that SOAK_CLOCK_FILE names says by how many seconds the time is ahead. Only the wall clock moves: time.time and
the shop's own clock. Time limits and pauses depend on the monotonic clock, as on a machine whose clock is set.
"""

import os
import time
from datetime import UTC, datetime
from pathlib import Path

from storefront import runtime

FILE = Path(os.environ["SOAK_CLOCK_FILE"])
LOOK_AFTER_SECONDS = 0.2

machine_time = time.time
_known = (0.0, 0.0)


def moved_time() -> float:
    """The seconds since 1970, moved."""
    global _known
    looked, ahead = _known
    if time.monotonic() > looked + LOOK_AFTER_SECONDS:
        ahead = float(FILE.read_text())
        _known = (time.monotonic(), ahead)
    return machine_time() + ahead


time.time = moved_time
runtime.system_time = lambda: datetime.fromtimestamp(moved_time(), UTC)
