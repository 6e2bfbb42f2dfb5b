"""QR codes as inline SVG: no request leaves the shop."""

import segno
from markupsafe import Markup


def qr_code_svg(text: str) -> Markup:
    """An SVG without a size of its own. Dark on light in every color scheme, because scanners need that."""
    # error="m" tolerates smears and reflections on a screen; four modules is the quiet zone of the standard.
    code = segno.make(text, error="m", micro=False)
    return Markup(code.svg_inline(border=4, omitsize=True, dark="#000", light="#fff"))  # noqa: S704 - no input in it
