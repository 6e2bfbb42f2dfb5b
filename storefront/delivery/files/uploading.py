"""Taking files from admins: in parts that can be resumed, or whole."""

import secrets
from collections.abc import Iterable
from datetime import timedelta

from storefront import offers, settings
from storefront.db import db
from storefront.delivery.files.content_types import content_type
from storefront.delivery.files.file_names import clean_file_name
from storefront.errors import FieldErrors, ShopError
from storefront.models import FileUpload, StoredFile, now

# The largest part of a file that one request brings.
PART_BYTES = 8_000_000
# What stays free on the disk of the uploaded files: the database may be on it.
FREE_BYTES = 500_000_000
# How long an upload that stands still can be resumed.
RESUMABLE = timedelta(days=2)


class WrongOffset(ShopError):
    """The part does not begin where the upload has got to: after `received` bytes."""

    def __init__(self, received: int) -> None:
        super().__init__(f"the next part begins at {received}")
        self.received = received


class UploadIncomplete(ShopError):
    """Less or more has arrived than was announced: the file has to be uploaded again."""


def file_key(content_hash: str) -> str:
    """The key of a delivered file among the uploaded files. The same bytes have the same key."""
    return f"file-{content_hash}"


def is_file_key(key: str) -> bool:
    """Whether `file_key` made it."""
    return key.startswith("file-")


def max_file_bytes() -> int:
    """The largest file that may be uploaded; 0 for no limit."""
    return settings.current().file_max_megabytes * 1_000_000


def begin_upload(admin_id: int, name: str, size: int) -> FileUpload:
    """Start an upload of `size` bytes. Raises FieldErrors for the field `file` as `check_size` does."""
    check_size(size)
    return FileUpload.create(admin=admin_id, name=clean_file_name(name), size=size)


def check_size(size: int) -> None:
    """Raise FieldErrors for the field `file`: file_empty, file_bytes, file_no_room."""
    largest = max_file_bytes()
    if size <= 0:
        raise FieldErrors({"file": ["file_empty"]})
    if largest and size > largest:
        raise FieldErrors({"file": ["file_bytes"]}, megabytes=largest // 1_000_000)
    free = offers.upload_store().free_bytes()
    if free is not None and size + FileUpload.unfinished_bytes() + FREE_BYTES > free:
        raise FieldErrors({"file": ["file_no_room"]})


def add_part(upload: FileUpload, offset: int, chunks: Iterable[bytes]) -> int:
    """Store the part that begins at `offset`; return how many bytes have arrived in all.

    Raises WrongOffset, UploadIncomplete when more comes than was announced, UploadsUnavailable, OSError.
    """
    if offset != upload.received:
        raise WrongOffset(upload.received)
    size = offers.upload_store().add_part(upload.public_id, offset, chunks)
    if offset + size > upload.size:
        raise UploadIncomplete("more bytes than announced")
    if not upload.advance(offset, size):
        raise WrongOffset(FileUpload.get_by_id(upload.id).received)
    return upload.received


def finish_upload(upload: FileUpload) -> StoredFile:
    """Make a file of the parts. Raises WrongOffset when some are missing, UploadIncomplete, UploadsUnavailable."""
    if upload.received != upload.size:
        raise WrongOffset(upload.received)
    content = offers.upload_store().join_parts(upload.public_id, file_key)
    if content.size != upload.size:
        raise UploadIncomplete("the stored parts have another size than they had")
    file = _stored(upload.name, content)
    upload.delete_instance()
    return file


def store_file(name: str, size: int, chunks: Iterable[bytes]) -> StoredFile:
    """Store a file that has arrived whole. Raises as `begin_upload` and `add_part`."""
    check_size(size)
    upload = secrets.token_urlsafe(20)
    store = offers.upload_store()
    try:
        store.add_part(upload, 0, chunks)
        content = store.join_parts(upload, file_key)
    finally:
        store.drop_parts(upload)
    return _stored(clean_file_name(name), content)


def _stored(name: str, content: offers.StoredContent) -> StoredFile:
    kind = content_type(content.head, name)
    with db.atomic():
        file = StoredFile.create(hash=content.hash, size=content.size, name=name, content_type=kind, created_at=now())
    # The bytes were there already, and another process was just deleting them as unused.
    if not offers.upload_store().exists(file_key(content.hash)):
        raise UploadIncomplete("the same bytes were deleted meanwhile")
    return file
