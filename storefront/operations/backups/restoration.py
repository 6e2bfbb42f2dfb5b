"""Restoring a backup. The whole backup is checked first, and the previous data is kept."""

import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from storefront import db, payments
from storefront.config import Config
from storefront.operations.backups import archive
from storefront.operations.backups.delivered_files import names_of, restore_files
from storefront.operations.backups.engines import engine_of
from storefront.operations.backups.errors import BackupError
from storefront.operations.backups.key_encryption import Keys, decrypt_keys
from storefront.operations.backups.manifest import Manifest
from storefront.operations.backups.postgresql import Postgresql
from storefront.operations.backups.sqlite import Sqlite
from storefront.operations.backups.uploaded_files import replace_folder, upload
from storefront.operations.backups.work_folder import RESTORE_PREFIX, remove_abandoned, work_folder
from storefront.operations.shared_keys import remember_keys
from storefront.runtime import system_time


@dataclass(frozen=True)
class RestoreResult:
    """`kept` are the paths of the previous data. `keys`: the shop's keys were restored too.

    `missing` names the delivered files that neither the shop nor the folder beside the backup has.
    """

    manifest: Manifest
    kept: list[Path]
    keys: bool
    missing: list[str]

    def lines(self) -> Iterator[str]:
        """What the command prints."""
        yield f"restored the backup that version {self.manifest.version} made at {self.manifest.made_at}"
        for path in self.kept:
            yield f"the previous data is kept: {path}"
        if not self.keys:
            why = "BACKUP_PASSPHRASE is not set" if self.manifest.has_keys else "the backup has none"
            yield f"The shop's keys were not restored: {why}."
        for name in self.missing:
            yield f"This delivered file is missing. Upload it again: {name}"


def restore(config: Config, path: Path) -> RestoreResult:
    """Restore the shop from a backup and migrate it to this version. Raises BackupError, OSError."""
    engine = engine_of(config)
    # On the file system of the shop, so that files can be moved by renaming.
    with work_folder(config.instance_dir, RESTORE_PREFIX) as folder:
        unpacked = archive.unpack(path, folder, config.backup_passphrase)
        keys = keys_of(config, unpacked)
        check_database(unpacked, engine)
        staged = folder / archive.DATABASE
        made_at = unpacked.manifest.made_at_time
        engine.upgrade(staged, made_at)
        in_object_store = upload(folder / archive.UPLOADS)
        stamp = system_time().strftime("%Y%m%dT%H%M%S.%fZ")
        existed = engine.exists()
        # The database first: this step is the most likely one to fail. The other steps rename files.
        kept = [engine.restore(staged, stamp)]
        kept += [_restore_key(config.instance_dir / name, text, stamp, existed) for name, text in _key_files(keys)]
        previous = None if in_object_store else replace_folder(config, folder / archive.UPLOADS, stamp)
        kept.append(previous)
    db.migrate(config)
    # Last, because it can take long: without its files, the shop sells and says which are missing.
    missing = restore_files(config, path, unpacked.manifest.files, previous)
    with db.connection():
        missing = names_of(missing)
        payments.mark_restored(made_at)
        if keys is None:
            # Those of the backup are not used any more.
            remember_keys(config)
    return RestoreResult(unpacked.manifest, [path for path in kept if path], keys is not None, missing)


def clean_up_restores(config: Config) -> None:
    """Remove the copies of database and keys that a killed restore has left. One that runs is left alone."""
    remove_abandoned(config.instance_dir, RESTORE_PREFIX)
    if any(config.instance_dir.glob(f"{RESTORE_PREFIX}*")):
        return
    drafts = [*config.instance_dir.glob(".*.restoring"), *engine_of(config).drafts()]
    for draft in drafts:
        with suppress(OSError):
            draft.unlink(missing_ok=True)


def keys_of(config: Config, unpacked: archive.Unpacked) -> Keys | None:
    """The shop's keys; None without a passphrase. Raises BackupError unless the passphrase seals the whole backup.

    The encryption authenticates the manifest, and the manifest has the checksum of every other part.
    """
    if not config.backup_passphrase:
        return None
    if unpacked.encrypted_keys is None:
        raise BackupError(
            "the backup is not sealed with BACKUP_PASSPHRASE, so it may have been changed: "
            "to restore it all the same, unset BACKUP_PASSPHRASE"
        )
    return decrypt_keys(unpacked.encrypted_keys, config.backup_passphrase, unpacked.manifest_bytes)


def check_database(unpacked: archive.Unpacked, engine: Sqlite | Postgresql) -> None:
    """Raise BackupError unless the backup is for this database engine and this version knows its schema."""
    manifest = unpacked.manifest
    if manifest.engine != engine.engine:
        raise BackupError(
            f"the backup is of a {manifest.engine} database, but DATABASE_URL names a {engine.engine} one"
        )
    applied = engine.check(unpacked.folder / archive.DATABASE)
    applied = manifest.migrations if applied is None else applied
    if set(applied) != set(manifest.migrations):
        raise BackupError("the schema of the backup's database differs from its manifest")
    if not set(applied) <= db.known_migrations():
        raise BackupError(f"the backup was made by a newer version of the shop ({manifest.version}): upgrade first")


def _key_files(keys: Keys | None) -> list[tuple[str, str]]:
    return [("secret_key", keys.secret_key), ("encryption_keys", keys.encryption_keys)] if keys else []


def _restore_key(path: Path, text: str, stamp: str, keep: bool) -> Path | None:
    """Write a key file. Return the copy of the previous one; None if it is the same, or if `keep` is false."""
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
