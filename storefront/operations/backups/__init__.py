"""Backups: the whole shop in one file, made while it runs. A restore checks the whole file first."""

from storefront.operations.backups.create import BackupResult, backup
from storefront.operations.backups.errors import BackupError
from storefront.operations.backups.restoration import RestoreResult, clean_up_restores, restore
from storefront.operations.backups.unreadable import unreadable_lines, unreadable_merchants

__all__ = [
    "BackupError",
    "BackupResult",
    "RestoreResult",
    "backup",
    "clean_up_restores",
    "restore",
    "unreadable_lines",
    "unreadable_merchants",
]
