"""Changes of customers' email addresses: what each one moved, and whether it was undone."""

from datetime import datetime, timedelta
from hashlib import sha256
from typing import Self

from peewee import CharField

from storefront.models.base import JsonField, Record, UtcDateTimeField, now


class EmailChange(Record):
    """A confirmed change. `old` is in lower case. `orders` is {order id: its address before}, ids as strings.

    `token_hash` is the hash of the confirmation link's token: each link changes an address once.
    """

    # How long the reader of the old mailbox can undo it.
    UNDO_LIFETIME = timedelta(hours=72)

    token_hash = CharField(max_length=64, unique=True)
    old = CharField(index=True)
    new = CharField()
    orders = JsonField(default=dict)
    confirmed_at = UtcDateTimeField(default=now)
    undone_at = UtcDateTimeField(null=True)

    class Meta:
        table_name = "email_change"

    @classmethod
    def by_token(cls, token: str) -> Self | None:
        """The change that this confirmation link has made."""
        return cls.get_or_none(cls.token_hash == cls.hash_of(token))

    @classmethod
    def happened_since(cls, email: str, at: datetime) -> bool:
        """Whether all orders of this address were moved to another one, or back to it, at `at` or later.

        Links signed before that are void. Their times are whole seconds.
        """
        later = (cls.confirmed_at >= at) | (cls.undone_at >= at)
        return bool(cls.select().where(cls.old == email.strip().lower(), later).exists())

    @staticmethod
    def hash_of(token: str) -> str:
        """The value of `token_hash`."""
        return sha256(token.encode(errors="surrogatepass")).hexdigest()

    @property
    def can_be_undone(self) -> bool:
        """Whether it was not undone yet and is recent enough."""
        return self.undone_at is None and now() - self.confirmed_at <= self.UNDO_LIFETIME
