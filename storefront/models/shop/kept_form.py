"""What an admin had typed into a form when the session had ended, until it is shown again after signing in."""

from datetime import timedelta
from typing import Any

from peewee import BooleanField, CharField, ForeignKeyField, TextField

from storefront.models.base import JsonField, Record, UtcDateTimeField, is_recent, now, public_id
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
        """Store a form and return its public id. Deletes all but the newest 20 of the admin."""
        newest = cls.select(cls.id).where(cls.admin == admin_id).order_by(cls.id.desc()).limit(PER_ADMIN - 1)
        cls.delete().where(cls.admin == admin_id, cls.id.not_in([row.id for row in newest])).execute()
        kept = cls.create(admin=admin_id, page=page, fields=fields, incomplete=incomplete)
        return kept.public_id

    @classmethod
    def delete_old(cls) -> None:
        """Delete what is older than a day, and what a clock that was ahead has dated in the future."""
        cls.delete().where(~is_recent(cls.created_at, LIFETIME)).execute()

    @classmethod
    def of(cls, admin_id: Any, kept_id: str, page: str) -> "KeptForm | None":
        """The form with this public id, if this admin typed it on this page within the last day."""
        found: KeptForm | None = cls.get_or_none(
            cls.public_id == kept_id, cls.admin == admin_id, cls.page == page, is_recent(cls.created_at, LIFETIME)
        )
        return found
