"""The shop's accent color in shades that can be read: in light and in dark pages, as text and below text."""

import colorsys
import re
from dataclasses import dataclass
from functools import lru_cache

# WCAG 2 level AA for text of normal size.
MIN_CONTRAST = 4.5
DEFAULT_ACCENT = "#4f46c8"
# The least favorable grounds of tokens.css that links stand on: `--ground` of light and of dark pages.
LIGHT_GROUND, DARK_GROUND = "#f6f5f9", "#201f27"
# Text on buttons: `--accent-ink` of tokens.css.
LIGHT_INK, DARK_INK = "#ffffff", "#17161c"
_COLOR = re.compile(r"#[0-9a-f]{6}")
_STEPS = 200


@dataclass(frozen=True)
class AccentColors:
    """Each as #rrggbb. `light` is read on light pages, with white text on its buttons; `dark` likewise on dark ones.

    The strong ones are for what the pointer is on.
    """

    light: str
    light_strong: str
    dark: str
    dark_strong: str


def is_color(text: str) -> bool:
    """Whether it is a color as we store it: #rrggbb in lower case."""
    return _COLOR.fullmatch(text) is not None


@lru_cache(maxsize=64)
def accent_colors(chosen: str) -> AccentColors:
    """The shades of a chosen color: the color itself where it can be read, else the nearest one that can."""
    color = chosen if is_color(chosen) else DEFAULT_ACCENT
    light = _readable(color, LIGHT_GROUND, LIGHT_INK, darken=True)
    dark = _readable(color, DARK_GROUND, DARK_INK, darken=False)
    return AccentColors(light, _moved(light, -0.12), dark, _moved(dark, 0.4))


def contrast(one: str, other: str) -> float:
    """The contrast of two colors by WCAG 2: from 1 to 21."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _readable(color: str, ground: str, ink: str, *, darken: bool) -> str:
    """The color, moved in lightness only as far as it must be."""
    for step in range(_STEPS + 1):
        share = step / _STEPS
        moved = _moved(color, -share if darken else share)
        if min(contrast(moved, ground), contrast(moved, ink)) >= MIN_CONTRAST:
            return moved
    return DEFAULT_ACCENT if darken else LIGHT_INK


def _moved(color: str, share: float) -> str:
    """The color with its lightness moved by `share` of the way to white, or to black if that is negative."""
    hue, lightness, saturation = colorsys.rgb_to_hls(*_channels(color))
    lightness += (1 - lightness) * share if share > 0 else lightness * share
    channels = colorsys.hls_to_rgb(hue, lightness, saturation)
    return "#" + "".join(f"{round(channel * 255):02x}" for channel in channels)


def _luminance(color: str) -> float:
    red, green, blue = (
        channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4 for channel in _channels(color)
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _channels(color: str) -> tuple[float, float, float]:
    red, green, blue = (int(color[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return red, green, blue
