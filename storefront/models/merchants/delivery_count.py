"""The base of counted webhook deliveries: how many came for one reason, and when the last one did."""

from typing import ClassVar

from peewee import CharField, ForeignKeyField, IntegerField

from storefront.models.base import Record, UtcDateTimeField, now
from storefront.models.merchants.merchant import Merchant


class DeliveryCount(Record):
    """One row for each merchant and reason. A subclass adds the merchant."""

    merchant: ClassVar[ForeignKeyField]
    reason = CharField(max_length=30)
    count = IntegerField(default=0)
    last_at = UtcDateTimeField(default=now)

    @classmethod
    def record(cls, merchant: Merchant | None, reason: str) -> None:
        """Count one delivery."""
        whose = cls.merchant.is_null() if merchant is None else cls.merchant == merchant
        changed = cls.update(count=cls.count + 1, last_at=now()).where(whose, cls.reason == reason).execute()
        if not changed:
            cls.insert(merchant=merchant, reason=reason, count=1).on_conflict_ignore().execute()
