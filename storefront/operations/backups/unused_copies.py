"""Deleting copies of delivered files that no backup in their folder refers to any more."""

import re
import time
from contextlib import suppress
from pathlib import Path

from storefront.operations.backups import archive
from storefront.operations.backups.errors import BackupError
from storefront.operations.backups.work_folder import BACKUP_PREFIX

# A backup may be away for a while: on its way to another disk, or back from it.
KEPT_SECONDS = 30 * 24 * 3600
_COPY = re.compile(r"[0-9a-f]{64}")
_DRAFT = re.compile(r"\.[0-9a-f]{64}\.[0-9a-f]{8}")


def delete_unused_copies(folder: Path, passphrase: str | None) -> int:
    """Delete what no backup has listed for a month, and no backup beside `folder` lists. Return how many.

    Deletes nothing while another backup is being made there, or where there is any file that `passphrase` does not
    open: it may be a backup that somebody has encrypted. What can't be deleted stays.
    """
    if not folder.is_dir():
        return 0
    before = time.time() - KEPT_SECONDS
    old = [path for path in folder.iterdir() if path.is_file() and path.stat().st_mtime < before]
    if not old or any(folder.parent.glob(f"{BACKUP_PREFIX}*")):
        return 0
    try:
        listed = _listed(folder.parent, passphrase)
    except (BackupError, OSError):
        return 0
    unused = [path for path in old if _COPY.fullmatch(path.name) and path.name not in listed]
    # Drafts of backups that were killed.
    drafts = [path for path in old if _DRAFT.fullmatch(path.name)]
    deleted = 0
    for path in unused + drafts:
        with suppress(OSError):
            path.unlink()
            deleted += path in unused
    return deleted


def _listed(folder: Path, passphrase: str | None) -> set[str]:
    """The checksums that the backups in the folder list. Raises BackupError, OSError."""
    backups = [path for path in folder.iterdir() if path.is_file()]
    return {checksum for path in backups for checksum in archive.read_manifest(path, passphrase).files}
