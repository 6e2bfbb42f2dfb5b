"""Backups: one file that holds a shop, made while it runs, and put back only after all of it was looked at."""

from storefront.backups.making import Made, make
from storefront.backups.refusal import Refused
from storefront.backups.restoring import Restored, restore, unreadable_merchants

__all__ = ["Made", "Refused", "Restored", "make", "restore", "unreadable_merchants"]
