"""The backup that is made before a new version changes the tables, so that one can go back to the old version."""

import logging
from dataclasses import dataclass
from pathlib import Path

from storefront import db
from storefront.config import Config
from storefront.operations.backups.create import backup
from storefront.operations.backups.engines import engine_of
from storefront.operations.backups.errors import BackupError
from storefront.operations.backups.sqlite import Sqlite
from storefront.runtime import system_time

log = logging.getLogger(__name__)

FOLDER = "before-upgrade"
# Older ones are deleted: nobody goes back over several versions.
KEPT = 3


@dataclass(frozen=True)
class Upgrade:
    """`applied` names the migrations. `backup` is the backup made before them, None if there was nothing to save."""

    applied: list[str]
    backup: Path | None


def upgrade_database(config: Config) -> Upgrade:
    """Back the database up if migrations are pending, then apply them. No backup is made where no tables are yet.

    One host does both while others wait: PostgreSQL cancels a backup that another host's migrations get in the way of.
    Delivered files are not copied, because migrations don't touch them. Raises BackupError, OSError. On PostgreSQL a
    backup that can't be made, as without `pg_dump`, is only logged: such servers usually have backups of their own.
    """
    made: list[Path | None] = [None]
    applied = db.migrate(config, before_upgrade=lambda: made.append(_back_up(config)))
    return Upgrade(applied, made[-1])


def _back_up(config: Config) -> Path | None:
    folder = config.instance_dir / FOLDER
    folder.mkdir(mode=0o700, exist_ok=True)
    path = folder / f"shop-{system_time():%Y%m%dT%H%M%S.%fZ}.backup"
    try:
        backup(config, path, copy_files=lambda _files: [])
    except BackupError as error:
        if isinstance(engine_of(config), Sqlite):
            raise
        log.warning("no backup was made before the upgrade: %s", error)
        return None
    for old in sorted(folder.glob("shop-*.backup"))[:-KEPT]:
        old.unlink(missing_ok=True)
    log.warning("before the upgrade, the database was backed up to %s", path)
    return path
