"""QR codes as pictures that stand in the page itself: nothing is loaded, nothing leaves the shop."""

import segno
from markupsafe import Markup


def qr_code_svg(text: str) -> Markup:
    """A drawing that takes the size its page gives it: dark on light in every colour scheme, as scanners need it."""
    # error="m": a smear or a reflection on a phone's glass is forgiven; the border is the standard's quiet zone.
    code = segno.make(text, error="m", micro=False)
    return Markup(code.svg_inline(border=4, omitsize=True, dark="#000", light="#fff"))  # noqa: S704 - of our own making
