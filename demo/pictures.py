"""Pictures of the demo's offers: painted here."""

import io
import math
from collections.abc import Sequence
from dataclasses import replace

from PIL import Image, ImageDraw, ImageFilter

from storefront.offers import OfferFields

_SIZE = _WIDTH, _HEIGHT = 960, 640
# Slug: (colors from the sky to the nearest hill, where the sun is, what the picture shows in the offer's language).
_LANDSCAPES: dict[str, tuple[Sequence[str], float, str]] = {
    "watercolour-evening": (("#fde3c3", "#f3a683", "#c56a7b", "#7d5a8c", "#3d4a76"), 0.62, "Painted hills at sunset"),
    "moss-garden": (("#e7f1df", "#b5d1a4", "#7faa78", "#4a7f5c", "#22543f"), 0.28, "Green hills in the morning"),
    "honcharstvo": (("#fbeee0", "#e6bf98", "#cb8a5f", "#9a5b3c", "#5f3626"), 0.75, "Глиняні пагорби"),
    "box-of-colours": (("#fff1b8", "#ffc857", "#f2756d", "#8a63d2", "#2a6fbb"), 0.4, "Hills in bright colors"),
    "akvarelnyi-klub": (("#dff1f7", "#a3d3e3", "#5fa8c4", "#33759a", "#1f4a68"), 0.55, "Сині пагорби біля моря"),
    "maslyanaya-zhivopis": (("#f8e0e6", "#e6a4b4", "#b86a86", "#74456b", "#3b2a4d"), 0.33, "Холмы в сумерках"),
}


def with_picture(fields: OfferFields) -> OfferFields:
    """The offer with its picture, if it has one."""
    found = _LANDSCAPES.get(fields.slug)
    return replace(fields, picture=_landscape(*found[:2]), picture_alt=found[2]) if found else fields


def _landscape(colors: Sequence[str], sun: float) -> bytes:
    """Sky, sun and four rows of hills that run into each other as wet paint does. A JPEG file."""
    sky, *hills = colors
    image = Image.new("RGB", _SIZE, sky)
    draw = ImageDraw.Draw(image)
    x, y = sun * _WIDTH, 0.3 * _HEIGHT
    draw.ellipse((x - 76, y - 76, x + 76, y + 76), fill="#fffdf5")
    image = image.filter(ImageFilter.GaussianBlur(14))
    for row, color in enumerate(hills):
        layer = Image.new("L", _SIZE)
        top = _HEIGHT * (0.42 + 0.14 * row)
        ridge = [(at, top + _wave(at, row)) for at in range(0, _WIDTH + 20, 20)]
        ImageDraw.Draw(layer).polygon([(0, _HEIGHT), *ridge, (_WIDTH, _HEIGHT)], fill=205)
        image.paste(color, mask=layer.filter(ImageFilter.GaussianBlur(3)))
    file = io.BytesIO()
    image.save(file, "JPEG", quality=88)
    return file.getvalue()


def _wave(at: int, row: int) -> float:
    """How far the ridge of a row of hills is below or above its middle."""
    return 37 * math.sin(at / (120 + 32 * row) + 2.1 * row) + 14 * math.sin(at / 49 + row)
