"""The heartbeat of the worker: when it was last running."""

from datetime import datetime, timedelta

from storefront.models import ShopSetting, now

NAME = "worker_seen_at"
# The worker records a heartbeat every minute. Long jobs and restarts delay it.
MAX_AGE = timedelta(minutes=3)


def record_heartbeat() -> None:
    """Store the current time as the last heartbeat."""
    ShopSetting.store(NAME, now().isoformat())


def last_seen() -> datetime | None:
    """The time of the last heartbeat; None if there was none."""
    row = ShopSetting.by_name(NAME)
    return datetime.fromisoformat(row.value) if row else None


def is_silent(at: datetime | None) -> bool:
    """Whether a worker whose last heartbeat was `at` is probably not running."""
    return at is None or abs(now() - at) > MAX_AGE
