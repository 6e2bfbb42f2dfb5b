"""Refused webhook deliveries, counted by reason, so that the owner can see a wrong secret."""

from peewee import CharField, ForeignKeyField, IntegerField

from storefront.models.base import Record, UtcDateTimeField, now
from storefront.models.merchants.merchant import Merchant


class WebhookRefusal(Record):
    """`merchant` is None if no merchant has the address of the delivery.

    `reason`: signature, age, mode, size, content, unknown (no such merchant), unreadable (the signing secret can't be
    decrypted).
    """

    merchant = ForeignKeyField(Merchant, null=True, backref="refusals", on_delete="CASCADE")
    reason = CharField(max_length=30)
    count = IntegerField(default=0)
    last_at = UtcDateTimeField(default=now)

    class Meta:
        indexes = ((("merchant", "reason"), True),)

    @classmethod
    def record(cls, merchant: Merchant | None, reason: str) -> None:
        """Count one refusal."""
        whose = cls.merchant.is_null() if merchant is None else cls.merchant == merchant
        changed = cls.update(count=cls.count + 1, last_at=now()).where(whose, cls.reason == reason).execute()
        if not changed:
            cls.insert(merchant=merchant, reason=reason, count=1).on_conflict_ignore().execute()
