"""Customers whose personal data was erased: the address of their orders, and what is left to delete at Stripe."""

import secrets
from datetime import timedelta
from typing import Self

from peewee import CharField, ForeignKeyField, IntegerField

from storefront.models.base import Record, UtcDateTimeField, is_due, now
from storefront.models.merchants.merchant import Merchant

# No mailbox can have this domain: rfc-editor.org/rfc/rfc2606, section 2.
ERASED_DOMAIN = "erased.invalid"
_FIRST_RETRY, _LONGEST_WAIT = timedelta(minutes=1), timedelta(hours=6)
_MAX_DOUBLINGS = 9


def erased_address() -> str:
    """An address for the orders of one person, so that their figures stay together."""
    return f"erased-{secrets.token_hex(8)}@{ERASED_DOMAIN}"


def is_erased(email: str) -> bool:
    """Whether the address stands for an erased person: nothing can be sent to it."""
    return email.lower().endswith(f"@{ERASED_DOMAIN}")


class StripeCustomerDeletion(Record):
    """A customer at Stripe that is to be deleted. The row goes when Stripe has done it."""

    merchant = ForeignKeyField(Merchant, on_delete="CASCADE")
    merchant_id: int
    customer_id = CharField(max_length=255, unique=True)
    attempts = IntegerField(default=0)
    created_at = UtcDateTimeField(default=now)
    next_attempt_at = UtcDateTimeField(default=now, index=True)

    class Meta:
        table_name = "stripe_customer_deletion"

    @classmethod
    def due(cls) -> list[Self]:
        """Those of connected merchants whose time has come, at most 100."""
        query = cls.select(cls, Merchant).join(Merchant)
        query = query.where(is_due(cls.next_attempt_at, _LONGEST_WAIT), Merchant.disconnected_at.is_null())
        return list(query.order_by(cls.next_attempt_at).limit(100))

    def begin_attempt(self) -> None:
        """Plan the next attempt, in case this one fails."""
        wait = min(_FIRST_RETRY * 2 ** min(self.attempts, _MAX_DOUBLINGS), _LONGEST_WAIT)
        StripeCustomerDeletion.update(attempts=StripeCustomerDeletion.attempts + 1, next_attempt_at=now() + wait).where(
            StripeCustomerDeletion.id == self.id
        ).execute()
