"""QR codes, made here: no request leaves the shop."""

import io

import segno
from markupsafe import Markup

# Four modules is the quiet zone of the standard.
_BORDER = 4
# Pixels of a module: an address of a shop has about 40 modules, which makes a thousand pixels.
_SCALE = 24


def qr_code_svg(text: str) -> Markup:
    """An inline SVG without a size of its own. Dark on light in every color scheme, because scanners need that."""
    return Markup(_code(text).svg_inline(border=_BORDER, omitsize=True, dark="#000", light="#fff"))  # noqa: S704 - no input in it


def qr_code_file(text: str, kind: str) -> bytes:
    """The same as a file: "svg" or "png"."""
    file = io.BytesIO()
    _code(text).save(file, kind=kind, border=_BORDER, scale=_SCALE, dark="#000", light="#fff")
    return file.getvalue()


def _code(text: str) -> segno.QRCode:
    # error="m" tolerates smears and reflections on a screen.
    return segno.make(text, error="m", micro=False)
