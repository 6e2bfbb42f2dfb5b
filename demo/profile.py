"""The demo shop's own name, logo, contact and legal details. All of them are made up."""

import io
import math

from PIL import Image, ImageDraw

from storefront import offers, settings
from storefront.models import PROFILE, ShopSetting

VALUES = {
    "name": "Studio Lumen",
    "accent": "#0f766e",
    "contact_email": "hello@example.com",
    # A number that is reserved for films.
    "contact_phone": "+49 30 23125 014",
    "legal_name": "Studio Lumen Olena Kovalenko",
    "business_address": "Musterstraße 7\n10969 Berlin",
    "country": "DE",
    "tax_number": "DE000000000",
    "default_language": "en",
}
_GREEN, _GLOW, _PAPER = "#0f766e", "#fbbf24", "#fffdf7"
# Drawn larger and scaled down, so that its edges are smooth.
_SIZE, _DRAWN = 256, 1024


def fill() -> None:
    """Set the shop's profile, unless it has one."""
    if ShopSetting.by_name(PROFILE) is None:
        offers.save_profile(VALUES, settings.time_zone(), logo())


def logo() -> bytes:
    """A lamp with rays, as PNG: drawn here."""
    image = Image.new("RGBA", (_DRAWN, _DRAWN))
    draw = ImageDraw.Draw(image)
    draw.rounded_rectangle((0, 0, _DRAWN - 1, _DRAWN - 1), radius=230, fill=_GREEN)
    center, lamp = (512, 440), 190
    for ray in range(9):
        angle = math.radians(180 + ray * 22.5)
        start, end = (
            tuple(c + distance * f(angle) for c, f in zip(center, (math.cos, math.sin), strict=True))
            for distance in (270, 355)
        )
        draw.line((*start, *end), fill=_GLOW, width=46)
    draw.ellipse((center[0] - lamp, center[1] - lamp, center[0] + lamp, center[1] + lamp), fill=_GLOW)
    draw.rounded_rectangle((412, 560, 612, 690), radius=30, fill=_GLOW)
    for top in (720, 800):
        draw.rounded_rectangle((412, top, 612, top + 46), radius=23, fill=_PAPER)
    file = io.BytesIO()
    image.resize((_SIZE, _SIZE), Image.Resampling.LANCZOS).save(file, "PNG")
    return file.getvalue()
