"""Periodic jobs of packages that import this one: `server` adds them before a worker starts."""

from collections.abc import Callable
from datetime import datetime

Schedule = Callable[[datetime], bool]
# By the name that the queue stores, which never changes.
MORE_JOBS: dict[str, tuple[Callable[[], None], Schedule]] = {}


def add_periodic_job(name: str, job: Callable[[], None], schedule: Schedule) -> None:
    """Run the job in the workers that start from now on, by one of them at a time."""
    MORE_JOBS[name] = (job, schedule)
