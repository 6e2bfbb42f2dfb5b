"""Backups: the whole shop in one file, made while it runs. A restore checks the whole file first."""

from storefront.operations.backups.create import BackupResult, backup
from storefront.operations.backups.errors import BackupError
from storefront.operations.backups.restoration import RestoreResult, clean_up_restores, restore, unreadable_merchants

__all__ = [
    "BackupError",
    "BackupResult",
    "RestoreResult",
    "backup",
    "clean_up_restores",
    "restore",
    "unreadable_merchants",
]
