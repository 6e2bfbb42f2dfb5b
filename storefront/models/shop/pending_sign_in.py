"""Sign-ins that wait for their second step: the password was right, and nothing is open yet."""

import secrets
from datetime import timedelta
from typing import Self

from peewee import CharField, ForeignKeyField, IntegerField

from storefront.models.base import Record, UtcDateTimeField, is_recent, now, public_id
from storefront.models.shop.admin import Admin

# How long the second step may take.
LIFETIME = timedelta(minutes=10)


class PendingSignIn(Record):
    """The browser's cookie holds the `key`, signed. `challenge` is what a passkey has to sign, base64url.

    `password_version` is that of the password that was typed: a new one ends this as well.
    """

    key = CharField(unique=True, max_length=40, default=public_id)
    admin = ForeignKeyField(Admin, on_delete="CASCADE")
    password_version = IntegerField()
    challenge = CharField(max_length=50, default=lambda: secrets.token_urlsafe(32))
    started_at = UtcDateTimeField(default=now, index=True)

    class Meta:
        table_name = "pending_sign_in"

    @classmethod
    def begin(cls, admin: Admin) -> Self:
        """Store that this admin has just typed the right password."""
        cls.delete_old()
        return cls.create(admin=admin, password_version=admin.session_version)

    @classmethod
    def find(cls, key: str) -> Self | None:
        """The sign-in with this key, unless it took too long or the password has changed since."""
        found: Self | None = (
            cls.select(cls, Admin)
            .join(Admin)
            .where(cls.key == key, cls.password_version == Admin.session_version, is_recent(cls.started_at, LIFETIME))
            .first()
        )
        return found

    def finish(self) -> bool:
        """Use it up. False if another request was faster."""
        cls = type(self)
        return bool(cls.delete().where(cls.id == self.id).execute())

    @classmethod
    def delete_old(cls) -> None:
        """Delete those that took too long."""
        cls.delete().where(~is_recent(cls.started_at, LIFETIME)).execute()
