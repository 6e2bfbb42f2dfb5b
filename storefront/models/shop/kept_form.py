"""What an admin had typed into a form when the session had ended, until it is shown again after signing in."""

from datetime import timedelta
from typing import Any

from peewee import BooleanField, CharField, ForeignKeyField, TextField

from storefront.models.base import JsonField, Record, UtcDateTimeField, now, public_id
from storefront.models.shop.admin import Admin

LIFETIME = timedelta(days=1)
PER_ADMIN = 20


class KeptForm(Record):
    """`page` is the address that shows the form; `fields` are [name, value] pairs, without passwords and keys.

    `incomplete`: passwords, keys or files were left out.
    """

    public_id = CharField(unique=True, max_length=40, default=public_id)
    admin = ForeignKeyField(Admin, on_delete="CASCADE")
    page = TextField()
    fields = JsonField()
    incomplete = BooleanField(default=False)
    created_at = UtcDateTimeField(default=now, index=True)

    @classmethod
    def keep(cls, admin_id: int, page: str, fields: list[tuple[str, str]], incomplete: bool) -> str:
        """Store a form and return its public id. Deletes what is older than a day, and all but the newest 20."""
        newest = cls.select(cls.id).where(cls.admin == admin_id).order_by(cls.id.desc()).limit(PER_ADMIN - 1)
        surplus = (cls.admin == admin_id) & cls.id.not_in([row.id for row in newest])
        cls.delete().where((cls.created_at < now() - LIFETIME) | surplus).execute()
        kept = cls.create(admin=admin_id, page=page, fields=fields, incomplete=incomplete)
        return kept.public_id

    @classmethod
    def of(cls, admin_id: Any, kept_id: str, page: str) -> "KeptForm | None":
        """The form with this public id, if this admin typed it on this page within the last day."""
        found: KeptForm | None = cls.get_or_none(
            cls.public_id == kept_id, cls.admin == admin_id, cls.page == page, cls.created_at >= now() - LIFETIME
        )
        return found
