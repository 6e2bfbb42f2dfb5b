"""Scheduled backups: one a day to BACKUP_URL, and which of the older ones are kept."""

import logging
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from storefront import db, emails, settings
from storefront.config import Config, ConfigError
from storefront.models import CLOCK_TOLERANCE, EmailKind, ShopSetting, now
from storefront.operations.backups.errors import BackupError
from storefront.operations.backups.places import BackupPlace, backup_place
from storefront.runtime import current

log = logging.getLogger(__name__)

# Less than a day: the job looks each hour, and the time of day must not move on.
INTERVAL = timedelta(hours=23, minutes=30)
# The last good one is late after two days: one day's backup may fail.
LATE = timedelta(days=2)
LAST, PROBLEM = "last_backup", "backup_problem"
NAME_FORMAT = "shop-%Y%m%dT%H%M%SZ.backup"
_NAME = re.compile(r"shop-\d{8}T\d{6}Z\.backup")


@dataclass(frozen=True)
class ScheduleState:
    """`last_at` is when the last good backup was made, None for never; `problem` why the newest one failed, or ""."""

    last_at: datetime | None
    problem: str

    @property
    def is_due(self) -> bool:
        """Whether the next one is to be made. One in the future was made with a wrong clock."""
        return self.last_at is None or not now() - INTERVAL < self.last_at <= now() + CLOCK_TOLERANCE

    @property
    def is_late(self) -> bool:
        """Whether the last good one is older than two days."""
        return self.last_at is not None and self.last_at < now() - LATE


def schedule_state() -> ScheduleState:
    """What is known of the scheduled backups; one query."""
    found = {row.name: row.value for row in ShopSetting.select().where(ShopSetting.name.in_([LAST, PROBLEM]))}
    last = found.get(LAST)
    return ScheduleState(datetime.fromisoformat(last) if last else None, str(found.get(PROBLEM, "")))


def make_due_backup() -> None:
    """Make today's backup if there is none yet, then delete those that are not kept. A failure is told once by email.

    Does nothing without BACKUP_URL. Failures are tried again when this is called again.
    """
    config = current().config
    if not config.backup_url:
        return
    with db.connection():
        if not schedule_state().is_due:
            return
    try:
        place, made_at = backup_place(config), now()
        made = place.make(made_at.astimezone(UTC).strftime(NAME_FORMAT))
    except (BackupError, ConfigError, OSError) as error:
        _record_failure(str(error))
        return
    with db.connection(), db.db.atomic():
        ShopSetting.store(LAST, made_at.isoformat())
        ShopSetting.delete().where(ShopSetting.name == PROBLEM).execute()
    log.info("scheduled backup: %s, %s bytes", made.path.name, made.size)
    _delete_old(config, place)


def _record_failure(words: str) -> None:
    log.error("the scheduled backup failed: %s", words)
    with db.connection(), db.db.atomic():
        if not schedule_state().problem:
            emails.write(EmailKind.OWNER_BACKUP_FAILED, None, f"backup-{now():%Y-%m-%d}")
        ShopSetting.store(PROBLEM, words)


def _delete_old(config: Config, place: BackupPlace) -> None:
    """Delete the scheduled backups that the settings don't keep. Other files at the place stay."""
    with db.connection():
        kept = settings.current()
    try:
        names = [name for name in place.names() if _NAME.fullmatch(name)]
        keep = kept_names(names, kept.backups_kept_days, kept.backups_kept_weeks, kept.backups_kept_months)
        for name in set(names) - keep:
            place.delete(name)
    except (BackupError, OSError) as error:
        log.warning("old backups at %s could not be deleted: %s", config.backup_url, error)


def kept_names(names: Iterable[str], days: int, weeks: int, months: int) -> set[str]:
    """The backups to keep: the newest of each of the last so many days, ISO weeks and months that have one.

    The newest one is always kept. `names` are those of NAME_FORMAT.
    """
    newest_first = sorted(names, reverse=True)
    kept = set(newest_first[:1])
    periods: tuple[tuple[int, Callable[[datetime], object]], ...] = (
        (days, lambda at: at.date()),
        (weeks, lambda at: at.isocalendar()[:2]),
        (months, lambda at: (at.year, at.month)),
    )
    for number, period_of in periods:
        newest: dict[object, str] = {}
        for name in newest_first:
            newest.setdefault(period_of(datetime.strptime(name, NAME_FORMAT).replace(tzinfo=UTC)), name)
        kept |= set(list(newest.values())[:number])
    return kept
