"""Files that were uploaded for delivery. Their bytes are stored once, by content."""

from peewee import BigIntegerField, CharField

from storefront.models.base import Record, UtcDateTimeField, now

MAX_FILE_NAME = 255


class StoredFile(Record):
    """`hash` is the SHA-256 of the bytes in hexadecimal digits; several rows may have the same. `size` is in bytes.

    `name` is what customers see and save it as. A row never changes: another file is another row.
    """

    hash = CharField(max_length=64, index=True)
    size = BigIntegerField()
    name = CharField(max_length=MAX_FILE_NAME)
    content_type = CharField(max_length=100)
    created_at = UtcDateTimeField(default=now)
