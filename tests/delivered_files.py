"""Files that an offer delivers, for tests: bytes in the store of uploaded files, and an offer with them."""

import hashlib
import os
from pathlib import Path

from storefront import delivery
from storefront.delivery import DeliverableFields
from storefront.models import Deliverable, DeliverableKind, Offer, StoredFile


def stored(content: bytes = b"%PDF-1.7 of a book", name: str = "Book.pdf") -> StoredFile:
    """A file with this content, as an upload leaves it."""
    return delivery.store_file(name, len(content), [content])


def deliver(offer: Offer, file: StoredFile, **fields: object) -> Deliverable:
    """Let the offer deliver the file."""
    values = DeliverableFields(title=file.name, file=file, **fields)  # type: ignore[arg-type]
    return delivery.add_deliverable(offer, DeliverableKind.FILE, values)[0]


def sparse(folder: Path, size: int, name: str = "Film.mkv") -> StoredFile:
    """A file of `size` bytes, all zero, that takes no room on the disk. Its checksum is made up."""
    checksum = hashlib.sha256(f"{size} {name}".encode()).hexdigest()
    path = folder / delivery.file_key(checksum)
    path.parent.mkdir(mode=0o700, exist_ok=True)
    with path.open("wb") as file:
        os.truncate(file.fileno(), size)
    return StoredFile.create(hash=checksum, size=size, name=name, content_type="application/octet-stream")
