"""Backups: one file that holds a shop, made while it runs, and put back only after all of it was looked at."""

from storefront.operations.backups.create import Made, backup
from storefront.operations.backups.errors import BackupError
from storefront.operations.backups.restoration import Restored, restore, unreadable_merchants

__all__ = ["BackupError", "Made", "Restored", "backup", "restore", "unreadable_merchants"]
