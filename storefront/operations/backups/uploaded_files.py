"""Bringing the uploaded files of a backup back: into the folder or the object store that UPLOADS_URL names."""

import shutil
from functools import partial
from pathlib import Path

from storefront import offers
from storefront.config import Config
from storefront.errors import UploadsUnavailable
from storefront.operations.backups import archive
from storefront.operations.backups.errors import BackupError


def upload(staged: Path) -> bool:
    """Write the files in `staged` to the object store; whether there is one. Raises BackupError.

    Files that are there already stay, also those that the backup does not have: a file never changes under its name,
    and nothing refers to one that is left over. So this can be done before the database is replaced.
    """
    store = offers.upload_store()
    for path in sorted(staged.iterdir()):
        if store.local_path(path.name) is not None:
            return False
        try:
            with path.open("rb") as file:
                store.write(path.name, iter(partial(file.read, archive.CHUNK), b""))
        except UploadsUnavailable as error:
            raise BackupError(f"UPLOADS_URL: the uploaded files can't be written: {error}") from error
    return store.local_path("any") is None


def replace_folder(config: Config, staged: Path, stamp: str) -> Path | None:
    """Put the folder `staged` in the place of the shop's own. Return the path of the previous one, if there was one."""
    folder = Path(config.uploads_url)
    draft = folder.with_name(f".{folder.name}.restoring-{stamp}")
    folder.parent.mkdir(parents=True, exist_ok=True)
    # UPLOADS_URL can be on another disk than INSTANCE_DIR, where the backup was extracted.
    shutil.move(staged, draft)
    kept = None
    if folder.exists():
        kept = folder.with_name(f"{folder.name}.before-{stamp}")
        folder.replace(kept)
    draft.replace(folder)
    return kept
