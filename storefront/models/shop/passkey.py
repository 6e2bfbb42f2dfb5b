"""Passkeys (W3C WebAuthn) of admins: a second step at sign-in without typing a code."""

from typing import Self

from peewee import BigIntegerField, CharField, ForeignKeyField, TextField

from storefront.models.base import Record, UtcDateTimeField, now
from storefront.models.shop.admin import Admin

MAX_PASSKEYS = 20


class Passkey(Record):
    """`credential_id` and `public_key` are base64url. `sign_count` is the authenticator's counter, 0 where it has none.

    `host` is the relying party: passkeys work on this host only.
    """

    admin = ForeignKeyField(Admin, on_delete="CASCADE", backref="passkeys")
    admin_id: int
    name = CharField(max_length=100)
    host = CharField()
    credential_id = TextField(unique=True)
    public_key = TextField()
    sign_count = BigIntegerField(default=0)
    created_at = UtcDateTimeField(default=now)
    last_used_at = UtcDateTimeField(null=True)

    @classmethod
    def of(cls, admin: Admin) -> list[Self]:
        """The admin's passkeys, the oldest first."""
        return list(cls.select().where(cls.admin == admin).order_by(cls.id))

    def use(self, sign_count: int) -> None:
        """Record that it has signed in now, with its counter."""
        cls = type(self)
        cls.update(sign_count=sign_count, last_used_at=now()).where(cls.id == self.id).execute()
