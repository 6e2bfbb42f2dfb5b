"""Pictures of offers: never the uploaded file itself, always our own re-encoding of it in several widths."""

import io
import secrets
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageOps, UnidentifiedImageError

from storefront.config import Config
from storefront.errors import FieldErrors

IMAGE_WIDTHS = (480, 960, 1600)
FORMATS = ("JPEG", "PNG", "WEBP")
MAX_IMAGE_BYTES = 8_000_000
MAX_PIXELS = 40_000_000
# WebP holds no more on a side.
LONGEST_SIDE = 16_383

_folder: Path | None = None


def init(config: Config) -> None:
    """Take the place where pictures are kept: `uploads` in INSTANCE_DIR."""
    global _folder
    _folder = config.instance_dir / "uploads"


@dataclass(frozen=True)
class StoredImage:
    """`name` is the base name of its files; width and height are those of the largest."""

    name: str
    width: int
    height: int


def store_image(data: bytes) -> StoredImage:
    """Re-encode an upload in every width that it fills, without its metadata.

    Raises FieldErrors (field `picture`): picture_bytes, picture_type, picture_pixels, picture_broken.
    """
    if len(data) > MAX_IMAGE_BYTES:
        raise FieldErrors({"picture": ["picture_bytes"]}, megabytes=MAX_IMAGE_BYTES // 1_000_000)
    image = _decoded(data)
    name = secrets.token_hex(12)
    image_folder().mkdir(mode=0o755, exist_ok=True)
    sizes = {width: _scaled(image, width) for width in _widths(image)}
    for width, scaled in sizes.items():
        scaled.save(image_path(name, width), "WEBP", quality=82, method=4)
    largest = sizes[max(sizes)]
    return StoredImage(name, largest.width, largest.height)


def image_path(name: str, width: int) -> Path:
    """Where the file of one width is."""
    return image_folder() / f"{name}-{width}.webp"


def image_widths(name: str) -> list[int]:
    """The widths in which a picture is kept, ascending."""
    return [width for width in IMAGE_WIDTHS if image_path(name, width).exists()]


def remove_image(name: str) -> None:
    """Delete a picture's files."""
    for width in IMAGE_WIDTHS:
        image_path(name, width).unlink(missing_ok=True)


def image_folder() -> Path:
    """Where pictures are kept; `init` must have been called."""
    if _folder is None:
        raise RuntimeError("pictures.init() has not been called")
    return _folder


def _decoded(data: bytes) -> Image.Image:
    """The upload as an upright picture on white. The pixel count is read from its header, before it is decoded."""
    try:
        with Image.open(io.BytesIO(data), formats=FORMATS) as image:
            if image.width * image.height > MAX_PIXELS:
                raise FieldErrors({"picture": ["picture_pixels"]}, megapixels=MAX_PIXELS // 1_000_000)
            upright = ImageOps.exif_transpose(image).convert("RGBA")
    except UnidentifiedImageError as error:
        raise FieldErrors({"picture": ["picture_type"]}) from error
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise FieldErrors({"picture": ["picture_broken"]}) from error
    if max(upright.size) > LONGEST_SIDE:
        upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    ground = Image.new("RGBA", upright.size, "white")
    return Image.alpha_composite(ground, upright).convert("RGB")


def _widths(image: Image.Image) -> list[int]:
    """Every width the picture fills; the smallest also for a picture that is smaller still."""
    return [width for width in IMAGE_WIDTHS if width <= image.width] or [IMAGE_WIDTHS[0]]


def _scaled(image: Image.Image, width: int) -> Image.Image:
    """Down to `width`, never up."""
    if image.width <= width:
        return image
    return image.resize((width, max(1, round(image.height * width / image.width))), Image.Resampling.LANCZOS)
