"""Two-step verification with an authenticator app (TOTP, RFC 6238): its secret, and the recovery codes."""

import hashlib
import re
import secrets
from typing import Self

from peewee import CharField, ForeignKeyField, IntegerField, TextField

from storefront.db import db
from storefront.encryption import decrypt
from storefront.models.base import Record, UtcDateTimeField, now
from storefront.models.shop.admin import Admin

RECOVERY_CODES = 10
# Without letters that look like digits.
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
_GROUPS, _GROUP_LENGTH = 4, 4


class SecondFactor(Record):
    """One row for each admin who has begun to set it up. The secret is a Fernet token.

    `confirmed_at` is when the first right code was typed; until then no code is asked for. `last_step` is the time step
    (of 30 seconds) of the last accepted code: it and earlier ones are refused from then on.
    """

    admin = ForeignKeyField(Admin, on_delete="CASCADE", unique=True, backref="second_factors")
    secret_encrypted = TextField()
    confirmed_at = UtcDateTimeField(null=True)
    last_step = IntegerField(default=0)
    created_at = UtcDateTimeField(default=now)

    class Meta:
        table_name = "second_factor"

    @classmethod
    def of(cls, admin: Admin) -> Self | None:
        """The admin's row, confirmed or not."""
        return cls.get_or_none(cls.admin == admin)

    @property
    def secret(self) -> str:
        """The secret in Base32. Raises SecretUnreadable."""
        return decrypt(self.secret_encrypted)

    def accept_step(self, step: int) -> bool:
        """Remember that the code of this time step was used. False if it, or a later one, was used before."""
        cls = type(self)
        return bool(cls.update(last_step=step).where(cls.id == self.id, cls.last_step < step).execute())


class RecoveryCode(Record):
    """Signs in once instead of a code of the app. Only hashes are stored; a code that was used is deleted."""

    admin = ForeignKeyField(Admin, on_delete="CASCADE", backref="recovery_codes")
    code_hash = CharField(max_length=64)

    class Meta:
        table_name = "recovery_code"
        indexes = ((("admin", "code_hash"), True),)

    @classmethod
    def issue(cls, admin: Admin) -> list[str]:
        """Replace the admin's codes by new ones and return these: they can't be read again later."""
        codes = ["-".join(_random_group() for _ in range(_GROUPS)) for _ in range(RECOVERY_CODES)]
        with db.atomic():
            cls.delete().where(cls.admin == admin).execute()
            cls.insert_many([{"admin": admin.id, "code_hash": _hash(code)} for code in codes]).execute()
        return codes

    @classmethod
    def use(cls, admin: Admin, typed: str) -> bool:
        """Use up this code. False if it isn't one of the admin's, or was used before."""
        return bool(cls.delete().where(cls.admin == admin, cls.code_hash == _hash(typed)).execute())


def _random_group() -> str:
    return "".join(secrets.choice(_ALPHABET) for _ in range(_GROUP_LENGTH))


def _hash(code: str) -> str:
    """Of the letters and digits alone. Codes are random and long (79 bits), so a quick hash will do."""
    return hashlib.sha256(re.sub(r"[\W_]", "", code.lower()).encode()).hexdigest()
