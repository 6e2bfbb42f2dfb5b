"""Put a backup back: everything is looked at before anything is touched, and what was there is kept beside it."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from storefront import db, encryption, offers
from storefront.config import Config
from storefront.errors import SecretUnreadable
from storefront.models import Merchant
from storefront.operations.backups import archive
from storefront.operations.backups.engines import side_of
from storefront.operations.backups.errors import BackupError
from storefront.operations.backups.key_encryption import Keys, unseal
from storefront.operations.backups.manifest import Manifest
from storefront.operations.backups.postgresql import Postgresql
from storefront.operations.backups.sqlite import Sqlite
from storefront.runtime import Runtime, activate, system_time


@dataclass(frozen=True)
class Restored:
    """`kept` are the places of what was there before; `keys` whether the shop's keys came back too."""

    manifest: Manifest
    kept: list[Path]
    keys: bool


def restore(config: Config, path: Path) -> Restored:
    """Make the shop what it was when the backup was made, at this version's schema. Raises Refused, OSError."""
    side = side_of(config)
    with _staging(config) as folder:
        unpacked = archive.unpack(path, folder)
        keys = _keys(config, unpacked)
        _check(unpacked, side)
        staged = folder / archive.DATABASE
        side.upgrade(staged)
        stamp = system_time().strftime("%Y%m%dT%H%M%S.%fZ")
        existed = side.exists()
        # The database first: it is what may fail. The others are mere renames.
        kept = [side.put_back(staged, stamp)]
        kept += [_put_key(config.instance_dir / name, text, stamp, existed) for name, text in _files(keys)]
        kept.append(_put_pictures(folder / archive.UPLOADS, stamp))
    db.migrate(config)
    return Restored(unpacked.manifest, [place for place in kept if place], keys is not None)


def unreadable_merchants(config: Config) -> list[str]:
    """Names of the connected merchants whose keys no present encryption key opens."""
    with activate(Runtime(config)):
        try:
            with db.connection():
                return [merchant.name for merchant in Merchant.connected() if not _opens(merchant.secret_key_encrypted)]
        finally:
            db.close_connections()


def _opens(token: str | None) -> bool:
    try:
        return token is None or bool(encryption.decrypt(token))
    except SecretUnreadable:
        return False


@contextmanager
def _staging(config: Config) -> Iterator[Path]:
    """An empty folder on the file system of the shop, so that a rename is enough."""
    folder = Path(tempfile.mkdtemp(prefix=".restore-", dir=config.instance_dir))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _keys(config: Config, unpacked: archive.Unpacked) -> Keys | None:
    if unpacked.sealed is None or not config.backup_passphrase:
        return None
    return unseal(unpacked.sealed, config.backup_passphrase, unpacked.manifest_bytes)


def _check(unpacked: archive.Unpacked, side: Sqlite | Postgresql) -> None:
    """It is for this kind of database, and its schema is one that this version knows."""
    manifest = unpacked.manifest
    if manifest.engine != side.engine:
        raise BackupError(f"the backup is of a {manifest.engine} database, but DATABASE_URL names a {side.engine} one")
    applied = side.prepare(unpacked.folder / archive.DATABASE)
    applied = manifest.migrations if applied is None else applied
    if set(applied) != set(manifest.migrations):
        raise BackupError("the backup's database does not have the schema that its manifest says")
    if not set(applied) <= db.known_migrations():
        raise BackupError(f"the backup was made by a newer version of the shop ({manifest.version}): upgrade first")


def _files(keys: Keys | None) -> list[tuple[str, str]]:
    return [("secret_key", keys.secret_key), ("encryption_keys", keys.encryption_keys)] if keys else []


def _put_key(path: Path, text: str, stamp: str, keep: bool) -> Path | None:
    """Write a key's file; where the previous one is kept. A shop without a database had none worth keeping."""
    kept = None
    if path.exists():
        if path.read_text().strip() == text:
            return None
        if keep:
            kept = path.with_name(f"{path.name}.before-{stamp}")
            os.link(path, kept)
    draft = path.with_name(f".{path.name}.restoring")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text + "\n")
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
    return kept


def _put_pictures(staged: Path, stamp: str) -> Path | None:
    folder = offers.image_folder()
    kept = None
    if folder.exists():
        kept = folder.with_name(f"{folder.name}.before-{stamp}")
        folder.replace(kept)
    staged.replace(folder)
    return kept
