"""A sign of life of the worker, for those who ask whether anybody does the work."""

from datetime import datetime, timedelta

from storefront.models import ShopSetting, now

NAME = "worker_seen_at"
# It beats each minute; a job may take long, and a restart a moment.
SILENCE = timedelta(minutes=3)


def record_heartbeat() -> None:
    """The worker says that it is there."""
    ShopSetting.insert(name=NAME, value=now().isoformat()).on_conflict(
        conflict_target=[ShopSetting.name], update={ShopSetting.value: now().isoformat()}
    ).execute()


def last_seen() -> datetime | None:
    """When the worker was seen last; None when never."""
    row = ShopSetting.get_or_none(ShopSetting.name == NAME)
    return datetime.fromisoformat(row.value) if row else None


def is_silent(at: datetime | None) -> bool:
    """Whether a worker last seen `at` is not there any more."""
    return at is None or now() - at > SILENCE
