"""Files that admins are uploading, in parts."""

from datetime import datetime

from peewee import BigIntegerField, CharField, ForeignKeyField, fn

from storefront.models.base import Record, UtcDateTimeField, now, public_id
from storefront.models.delivery.stored_file import MAX_FILE_NAME
from storefront.models.shop.admin import Admin


class FileUpload(Record):
    """`received` bytes of `size` are stored. The row goes when the file is complete."""

    public_id = CharField(unique=True, max_length=40, default=public_id)
    admin = ForeignKeyField(Admin, on_delete="CASCADE")
    name = CharField(max_length=MAX_FILE_NAME)
    size = BigIntegerField()
    received = BigIntegerField(default=0)
    changed_at = UtcDateTimeField(default=now, index=True)

    @classmethod
    def of(cls, admin_id: int, public_id: str) -> "FileUpload | None":
        """The upload of this admin, if there is one."""
        found: FileUpload | None = cls.get_or_none(cls.public_id == public_id, cls.admin == admin_id)
        return found

    @classmethod
    def unfinished_bytes(cls) -> int:
        """How many bytes are still to come."""
        return int(cls.select(fn.SUM(cls.size - cls.received)).scalar() or 0)

    def advance(self, offset: int, size: int) -> bool:
        """Add a stored part that begins at `offset`; False when another request has stored one there."""
        changed: int = (
            FileUpload.update(received=offset + size, changed_at=now())
            .where(FileUpload.id == self.id, FileUpload.received == offset)
            .execute()
        )
        self.received = offset + size
        return bool(changed)

    @classmethod
    def abandoned(cls, before: datetime, most: int) -> "list[FileUpload]":
        """Uploads that nobody has continued since then."""
        return list(cls.select().where(cls.changed_at < before).limit(most))
