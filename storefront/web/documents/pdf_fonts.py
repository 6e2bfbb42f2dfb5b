"""The fonts of PDFs, parsed once in a process.

fpdf2 parses a font for each PDF and computes the bounds of the letters that it embeds again: most of the time of a
document. Here each PDF gets a copy that shares what parsing has found, and the bounds stay those of the file.
"""

import copy
import io
from functools import cache
from pathlib import Path
from typing import cast

from fontTools.ttLib import TTFont
from fpdf import FPDF
from fpdf.fonts import SubsetMap, TTFFont

_FOLDER = Path(__file__).parent / "fonts"


def add_font(page: FPDF, family: str, style: str, file: str) -> None:
    """Make the font of this file known to the PDF, as `FPDF.add_font` does."""
    parsed, content = _parsed(family, style, file)
    font = copy.copy(parsed)
    # What writing a PDF changes. The letters that it embeds are cut out of a font of its own.
    font.i = len(page.fonts) + 1
    font.cw, font.desc, font.missing_glyphs = parsed.cw.copy(), copy.copy(parsed.desc), []
    font.subset = SubsetMap(font)
    font.ttfont = TTFont(io.BytesIO(content), recalcBBoxes=False, recalcTimestamp=False, lazy=True)
    font.ttfont.setGlyphOrder(list(parsed.ttfont.getGlyphOrder()))
    page.fonts[font.fontkey] = font


@cache
def _parsed(family: str, style: str, file: str) -> tuple[TTFFont, bytes]:
    scratch = FPDF()
    scratch.add_font(family, style, _FOLDER / file)
    return cast(TTFFont, scratch.fonts[f"{family.lower()}{style}"]), (_FOLDER / file).read_bytes()
