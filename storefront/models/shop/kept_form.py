"""What an admin had typed into a form, until it is shown again after signing in, or sent on after a password check."""

import json
from datetime import timedelta
from typing import Any

from peewee import BooleanField, CharField, ForeignKeyField, TextField

from storefront.encryption import decrypt, encrypt
from storefront.errors import SecretUnreadable
from storefront.models.base import JsonField, Record, UtcDateTimeField, is_recent, now, public_id
from storefront.models.shop.admin import Admin

LIFETIME = timedelta(days=1)
# Sealed forms contain keys. Nobody needs longer to type a password.
SEALED_LIFETIME = timedelta(hours=1)
PER_ADMIN = 20


class KeptForm(Record):
    """`page` is the address that shows the form; `fields` are [name, value] pairs, without passwords and keys.

    `incomplete`: passwords, keys or files were left out. `sealed` are all fields, encrypted, of a form that waits for
    its admin's password; `page` is then the address that the form was sent to.
    """

    public_id = CharField(unique=True, max_length=40, default=public_id)
    admin = ForeignKeyField(Admin, on_delete="CASCADE")
    page = TextField()
    fields = JsonField()
    incomplete = BooleanField(default=False)
    sealed = TextField(default="")
    created_at = UtcDateTimeField(default=now, index=True)

    @classmethod
    def keep(cls, admin_id: int, page: str, fields: list[tuple[str, str]], incomplete: bool) -> str:
        """Store a form and return its public id. Deletes all but the newest 20 of the admin."""
        return cls._store(admin_id, page=page, fields=fields, incomplete=incomplete)

    @classmethod
    def seal(cls, admin_id: int, address: str, fields: list[tuple[str, str]]) -> str:
        """Store a form with all its fields, keys as well, until `unseal`. Return its public id."""
        return cls._store(admin_id, page=address, fields=[], sealed=encrypt(json.dumps(fields)))

    @classmethod
    def unseal(cls, admin_id: int, kept_id: str, address: str) -> list[tuple[str, str]] | None:
        """Take the fields of a sealed form that this admin sent to `address`. None if there is none, or after an hour.

        It is deleted: of two calls only one gets the fields.
        """
        found = cls.get_or_none(
            cls.public_id == kept_id,
            cls.admin == admin_id,
            cls.page == address,
            cls.sealed != "",
            is_recent(cls.created_at, SEALED_LIFETIME),
        )
        if found is None or not found.delete_instance():
            return None
        try:
            return [(name, value) for name, value in json.loads(decrypt(found.sealed))]
        except SecretUnreadable:
            return None

    @classmethod
    def _store(cls, admin_id: int, **values: Any) -> str:
        newest = cls.select(cls.id).where(cls.admin == admin_id).order_by(cls.id.desc()).limit(PER_ADMIN - 1)
        cls.delete().where(cls.admin == admin_id, cls.id.not_in([row.id for row in newest])).execute()
        kept = cls.create(admin=admin_id, **values)
        return kept.public_id

    @classmethod
    def delete_old(cls) -> None:
        """Delete what is older than a day (sealed: an hour), and what was dated in the future by a wrong clock."""
        is_old = ~is_recent(cls.created_at, LIFETIME)
        cls.delete().where(is_old | ((cls.sealed != "") & ~is_recent(cls.created_at, SEALED_LIFETIME))).execute()

    @classmethod
    def of(cls, admin_id: Any, kept_id: str, page: str) -> "KeptForm | None":
        """The form with this public id, if this admin typed it on this page within the last day."""
        found: KeptForm | None = cls.get_or_none(
            cls.public_id == kept_id,
            cls.admin == admin_id,
            cls.page == page,
            cls.sealed == "",
            is_recent(cls.created_at, LIFETIME),
        )
        return found
