"""Files that were uploaded for delivery. Their bytes are stored once, by content."""

from collections.abc import Iterable
from datetime import datetime
from typing import cast

from peewee import BigIntegerField, CharField, fn

from storefront.models.base import Record, UtcDateTimeField, now

MAX_FILE_NAME = 255


class StoredFile(Record):
    """`hash` is the SHA-256 of the bytes in hexadecimal digits; several rows may have the same. `size` is in bytes.

    `name` is what customers see and save it as. A row never changes, but for `unused_since` (when it was first found
    that nobody can get the file) and `deleted_at` (when its bytes were deleted): another file is another row.
    """

    hash = CharField(max_length=64, index=True)
    size = BigIntegerField()
    name = CharField(max_length=MAX_FILE_NAME)
    content_type = CharField(max_length=100)
    created_at = UtcDateTimeField(default=now)
    unused_since = UtcDateTimeField(null=True)
    deleted_at = UtcDateTimeField(null=True)

    @classmethod
    def kept(cls) -> dict[str, int]:
        """{hash: size} of all files whose bytes are stored."""
        rows = cls.select(cls.hash, fn.MAX(cls.size)).where(cls.deleted_at.is_null()).group_by(cls.hash)
        found = cast(Iterable[tuple[str, int]], rows.order_by(cls.hash).tuples())
        return dict(found)

    @classmethod
    def names(cls) -> list[tuple[str, str]]:
        """(hash, name) of all files whose bytes are stored, by name."""
        rows = cls.select(cls.hash, cls.name).where(cls.deleted_at.is_null()).order_by(cls.name, cls.id)
        return list(cast(Iterable[tuple[str, str]], rows.tuples()))

    @classmethod
    def name_of(cls, content_hash: str) -> str:
        """The newest name of these bytes; "" if there is none."""
        found = cls.select(cls.name).where(cls.hash == content_hash).order_by(cls.id.desc()).first()
        return found.name if found else ""

    @classmethod
    def usable(cls, file_id: int) -> "StoredFile | None":
        """The file with this id, if its bytes are stored."""
        found: StoredFile | None = cls.get_or_none(cls.id == file_id, cls.deleted_at.is_null())
        return found

    def has_twin(self) -> bool:
        """Whether another file has the same bytes."""
        same = (StoredFile.hash == self.hash) & (StoredFile.id != self.id) & StoredFile.deleted_at.is_null()
        return bool(StoredFile.select().where(same).exists())

    def mark_unused(self, since: datetime | None) -> None:
        """Remember since when nobody can get it; None if somebody can."""
        if self.unused_since != since:
            StoredFile.update(unused_since=since).where(StoredFile.id == self.id).execute()

    def mark_deleted(self) -> None:
        """Remember that its bytes are gone."""
        StoredFile.update(deleted_at=now()).where(StoredFile.id == self.id).execute()
