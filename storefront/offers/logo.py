"""The logo of the shop. The uploaded file is never stored, only a re-encoded copy of it."""

import io
import logging
import re
import secrets
from pathlib import Path

from PIL import Image, ImageOps, UnidentifiedImageError

from storefront.errors import FieldErrors, UploadsUnavailable
from storefront.offers.images import FORMATS, StoredImage, decoding_slot
from storefront.offers.uploads import upload_store

log = logging.getLogger(__name__)

MAX_LOGO_BYTES = 1_000_000
MAX_LOGO_PIXELS = 16_000_000
# It is shown 32 px high: sharp enough for any screen, and small enough for an email.
MAX_HEIGHT, MAX_WIDTH = 128, 768
_KEY = re.compile(r"logo-[0-9a-f]{24}\.png")


def is_logo_key(key: str) -> bool:
    """Whether it may be the key of a logo's file."""
    return _KEY.fullmatch(key) is not None


def store_logo(data: bytes) -> StoredImage:
    """Store an uploaded logo as PNG, which every mail program shows, without its metadata. The name is its key.

    Raises FieldErrors for the field `logo`: logo_bytes, logo_type, picture_pixels, picture_broken, picture_not_stored.
    """
    if len(data) > MAX_LOGO_BYTES:
        raise FieldErrors({"logo": ["logo_bytes"]}, megabytes=MAX_LOGO_BYTES // 1_000_000)
    with decoding_slot:
        image = _decode(data)
        file = io.BytesIO()
        image.save(file, "PNG", optimize=True)
    key = f"logo-{secrets.token_hex(12)}.png"
    try:
        upload_store().write(key, [file.getvalue()])
    except (UploadsUnavailable, OSError) as error:
        log.warning("a logo could not be stored: %s", error)
        raise FieldErrors({"logo": ["picture_not_stored"]}) from error
    return StoredImage(key, image.width, image.height)


def logo_file(key: str) -> Path | io.BytesIO:
    """The file: its path, which may not exist, or its content if it is not on this host.

    Raises FileNotFoundError, UploadsUnavailable.
    """
    return upload_store().local_path(key) or io.BytesIO(b"".join(upload_store().read(key)))


def remove_logo(key: str) -> None:
    """Delete a logo's file. What can't be deleted now stays: nothing refers to it."""
    if not is_logo_key(key):
        return
    try:
        upload_store().delete(key)
    except (UploadsUnavailable, OSError) as error:
        log.warning("the file of a removed logo could not be deleted: %s", error)


def _decode(data: bytes) -> Image.Image:
    """The image, rotated upright and no larger than it is ever shown. Its size is checked before it is decoded."""
    try:
        with Image.open(io.BytesIO(data), formats=FORMATS) as image:
            if image.width * image.height > MAX_LOGO_PIXELS:
                raise FieldErrors({"logo": ["picture_pixels"]}, megapixels=MAX_LOGO_PIXELS // 1_000_000)
            ImageOps.exif_transpose(image, in_place=True)
            upright = image.convert("RGBA")
    except UnidentifiedImageError as error:
        raise FieldErrors({"logo": ["logo_type"]}) from error
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise FieldErrors({"logo": ["picture_broken"]}) from error
    upright.thumbnail((MAX_WIDTH, MAX_HEIGHT), Image.Resampling.LANCZOS)
    return upright
