"""Images of offers. The uploaded file is never stored, only re-encoded copies of it in several widths."""

import base64
import io
import logging
import secrets
import threading
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageOps, UnidentifiedImageError

from storefront.errors import FieldErrors, UploadsUnavailable
from storefront.offers.uploads import upload_store

log = logging.getLogger(__name__)

IMAGE_WIDTHS = (480, 960, 1600)
FORMATS = ("JPEG", "PNG", "WEBP")
MAX_IMAGE_BYTES = 8_000_000
# A small file can have many pixels: 16 million of them need 64 MB of memory for each copy that is decoded.
MAX_PIXELS = 16_000_000
# The largest width and height that WebP allows.
MAX_SIDE = 16_383
# One image at a time: a process must not decode as many as it has threads.
decoding_slot = threading.Lock()


@dataclass(frozen=True)
class StoredImage:
    """`name` is the base name of the files; width and height are those of the largest one, in pixels."""

    name: str
    width: int
    height: int


def store_image(data: bytes) -> StoredImage:
    """Store an uploaded image, without its metadata, in each of IMAGE_WIDTHS that it is wide enough for.

    Raises FieldErrors for the field `picture`: picture_bytes, picture_type, picture_pixels, picture_broken,
    picture_not_stored.
    """
    if len(data) > MAX_IMAGE_BYTES:
        raise FieldErrors({"picture": ["picture_bytes"]}, megabytes=MAX_IMAGE_BYTES // 1_000_000)
    name = secrets.token_hex(12)
    with decoding_slot:
        image = _decode(data)
        sizes = {width: _scale(image, width) for width in _fitting_widths(image.width)}
        files = {image_key(name, width): _encode(scaled) for width, scaled in sizes.items()}
    try:
        for key, content in files.items():
            upload_store().write(key, [content])
    except UploadsUnavailable as error:
        log.warning("an image could not be stored: %s", error)
        raise FieldErrors({"picture": ["picture_not_stored"]}) from error
    largest = sizes[max(sizes)]
    return StoredImage(name, largest.width, largest.height)


def picture_data(data: bytes) -> tuple[str, int, int]:
    """An uploaded image as a `data:` address with its width and height, for a page of what is not saved.

    Nothing is stored. Raises FieldErrors as `store_image` does.
    """
    if len(data) > MAX_IMAGE_BYTES:
        raise FieldErrors({"picture": ["picture_bytes"]}, megabytes=MAX_IMAGE_BYTES // 1_000_000)
    with decoding_slot:
        image = _scale(_decode(data), IMAGE_WIDTHS[1])
        encoded = base64.b64encode(_encode(image)).decode()
    return f"data:image/webp;base64,{encoded}", image.width, image.height


def image_key(name: str, width: int) -> str:
    """The key of one width's file among the uploaded files."""
    return f"{name}-{width}.webp"


def image_file(name: str, width: int) -> Path | io.BytesIO:
    """The file of one width: its path, which may not exist, or its content if it is not on this host.

    Raises FileNotFoundError, UploadsUnavailable.
    """
    key = image_key(name, width)
    return upload_store().local_path(key) or io.BytesIO(b"".join(upload_store().read(key)))


def image_widths(name: str, width: int) -> list[int]:
    """The widths in which an image is stored, ascending. `width` is that of its `StoredImage`.

    Files that are missing on this host are left out. An object store is not asked: it takes longer than a page.
    """
    paths = {one: upload_store().local_path(image_key(name, one)) for one in _fitting_widths(width)}
    return [one for one, path in paths.items() if path is None or path.exists()]


def image_keys(name: str, width: int) -> set[str]:
    """The keys of all files of an image. `width` is that of its `StoredImage`."""
    return {image_key(name, one) for one in _fitting_widths(width)}


def remove_image(name: str) -> None:
    """Delete an image's files. What can't be deleted now stays: nothing refers to it."""
    try:
        for width in IMAGE_WIDTHS:
            upload_store().delete(image_key(name, width))
    except UploadsUnavailable as error:
        log.warning("the files of a removed image could not be deleted: %s", error)


def _encode(image: Image.Image) -> bytes:
    file = io.BytesIO()
    image.save(file, "WEBP", quality=82, method=4)
    return file.getvalue()


def _decode(data: bytes) -> Image.Image:
    """The image, rotated upright, at most as wide as the largest copy, on a white background.

    Its size is checked from the header, before it is decoded.
    """
    try:
        with Image.open(io.BytesIO(data), formats=FORMATS) as image:
            if image.width * image.height > MAX_PIXELS:
                raise FieldErrors({"picture": ["picture_pixels"]}, megapixels=MAX_PIXELS // 1_000_000)
            ImageOps.exif_transpose(image, in_place=True)
            # Scale down before anything else copies it.
            upright = _scale(image.convert("RGBA"), max(IMAGE_WIDTHS))
    except UnidentifiedImageError as error:
        raise FieldErrors({"picture": ["picture_type"]}) from error
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise FieldErrors({"picture": ["picture_broken"]}) from error
    if max(upright.size) > MAX_SIDE:
        upright.thumbnail((MAX_SIDE, MAX_SIDE))
    background = Image.new("RGBA", upright.size, "white")
    return Image.alpha_composite(background, upright).convert("RGB")


def _fitting_widths(own_width: int) -> list[int]:
    """Widths up to the image's own; the smallest one for an image that is narrower still."""
    return [width for width in IMAGE_WIDTHS if width <= own_width] or [IMAGE_WIDTHS[0]]


def _scale(image: Image.Image, width: int) -> Image.Image:
    """Scale the image down to `width`; never up."""
    if image.width <= width:
        return image
    return image.resize((width, max(1, round(image.height * width / image.width))), Image.Resampling.LANCZOS)
