"""Checking that a backup can be restored, in a folder of its own: the shop is neither read nor changed."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from storefront.config import Config
from storefront.money import Money
from storefront.operations.backups import archive
from storefront.operations.backups.contents import Contents
from storefront.operations.backups.delivered_files import files_missing_beside
from storefront.operations.backups.encrypted_file import is_encrypted
from storefront.operations.backups.engines import engine_of
from storefront.operations.backups.key_encryption import Keys
from storefront.operations.backups.manifest import Manifest
from storefront.operations.backups.restoration import check_database, keys_of
from storefront.operations.backups.sqlite import Sqlite
from storefront.operations.backups.unreadable import unreadable_merchants
from storefront.operations.backups.work_folder import RESTORE_PREFIX, work_folder
from storefront.operations.reconciliation_output import amount


@dataclass(frozen=True)
class Verification:
    """What a backup holds. `images` is the number of image files. `keys`: the shop's keys were decrypted.

    `encrypted`: the whole file is encrypted, not the keys alone as in backups of version 0.1.
    `differences` are lines about counts and sums that are not those of the moment of the backup; a backup with one
    would not bring the shop back. `missing` names the delivered files that the folder beside the backup does not have,
    or not intact. `unreadable` are the Stripe accounts whose keys can't be decrypted.
    """

    manifest: Manifest
    contents: Contents
    images: int
    keys: bool
    encrypted: bool
    differences: list[str]
    missing: list[str]
    unreadable: list[str]


def verify_backup(config: Config, path: Path) -> Verification:
    """Restore the backup into a temporary folder, and compare what it holds with its manifest.

    Raises BackupError, OSError if it can't be restored. Of PostgreSQL, the rows are read without a server.
    """
    engine = engine_of(config)
    with work_folder(config.instance_dir, RESTORE_PREFIX) as folder:
        unpacked = archive.unpack(path, folder, config.backup_passphrase)
        manifest, keys = unpacked.manifest, keys_of(config, unpacked)
        check_database(unpacked, engine)
        staged = folder / archive.DATABASE
        contents = engine.contents(staged)
        engine.upgrade(staged, manifest.made_at_time)
        unreadable = _unreadable(config, staged, keys) if isinstance(engine, Sqlite) else []
    missing = contents.names_of(files_missing_beside(path, {**manifest.files, **contents.files}))
    differences = list(_differences(manifest, contents))
    return Verification(
        manifest,
        contents,
        len(manifest.parts) - 1,
        keys is not None,
        is_encrypted(path),
        differences,
        missing,
        unreadable,
    )


def verification_lines(verified: Verification) -> Iterator[str]:
    """What was found, for the output of a command, without the differences."""
    manifest, contents = verified.manifest, verified.contents
    yield f"a {manifest.engine} backup that version {manifest.version} made at {manifest.made_at}"
    rows = f"{len(contents.rows)} tables with {sum(contents.rows.values())} rows, {verified.images} image files"
    yield rows if manifest.rows else f"{rows} (this version of the shop wrote no counts to compare with)"
    for name, (number, total) in sorted(contents.sums.items()):
        what, mode, currency = name.split()
        yield f"{what} in {mode} mode: {number}, sum {amount(Money(total, currency))}"
    if manifest.has_keys and not verified.encrypted:
        yield "Only the shop's keys in it are encrypted: an older version made it. Anyone can read its other data."
    if verified.keys:
        yield "The shop's keys are included, and BACKUP_PASSPHRASE decrypts them."
    elif manifest.has_keys:
        yield "The shop's keys are included, but not checked: BACKUP_PASSPHRASE is not set."
    else:
        yield "The shop's keys are not included."
    if verified.unreadable:
        names = ", ".join(verified.unreadable)
        yield f"The keys of these Stripe accounts can't be decrypted and would have to be pasted again: {names}"
    if contents.files:
        beside = len(contents.files) - len(verified.missing)
        yield f"{beside} of {len(contents.files)} delivered files are beside the backup, with the right checksums"
    for name in verified.missing:
        yield f"This delivered file is missing or damaged: {name}"


def _unreadable(config: Config, staged: Path, keys: Keys | None) -> list[str]:
    """The Stripe accounts whose keys neither those in the backup nor those of this shop decrypt."""
    encryption_keys = tuple(keys.encryption_keys.split(",")) if keys else config.encryption_keys
    restored = replace(config, database_url=f"sqlite:///{staged}", encryption_keys=encryption_keys)
    return unreadable_merchants(restored)


def _differences(manifest: Manifest, contents: Contents) -> Iterator[str]:
    """A line for each number that differs. Backups of older versions have none to compare with."""
    for table, number in sorted(manifest.rows.items()):
        if (found := contents.rows.get(table, 0)) != number:
            yield f"{table}: {found} rows instead of {number}"
    for name in sorted(manifest.sums.keys() | contents.sums.keys() if manifest.rows else ()):
        then, found_sum = manifest.sums.get(name, [0, 0]), contents.sums.get(name, [0, 0])
        if then != found_sum:
            yield f"{name}: {found_sum[0]} with a sum of {found_sum[1]} instead of {then[0]} with a sum of {then[1]}"
    if contents.files != manifest.files:
        yield f"delivered files: {len(contents.files)} instead of {len(manifest.files)}"
