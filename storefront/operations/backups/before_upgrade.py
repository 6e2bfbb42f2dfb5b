"""The backup that is made before a new version changes the tables, so that one can go back to the old version."""

import logging
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


def backup_before_upgrade(config: Config) -> Path | None:
    """Back up the database if migrations are pending. None if there are none, or no tables yet.

    Delivered files are not copied, because migrations don't touch them. Raises BackupError, OSError. On PostgreSQL a
    backup that can't be made, as without `pg_dump`, is only logged: such servers usually have backups of their own.
    """
    with db.connection():
        is_upgrade = bool(db.applied_migrations() and db.pending_migrations())
    if not is_upgrade:
        return None
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
