"""The PDF of a document: A4, with the letters that it uses embedded, so that it looks the same everywhere.

The font is DejaVu Sans (`fonts/LICENSE`), which has the Latin, Cyrillic and Greek letters and the signs of currencies.
"""

import re
from typing import cast

from fpdf import FPDF, XPos, YPos

from storefront.web.documents import pdf_fonts
from storefront.web.documents.view import DocumentView

FONT = "DejaVu"
# The letters in the small files of the font, which are read faster: Latin, Greek, Cyrillic, Armenian, Georgian,
# punctuation and currencies. Other letters are in the complete files.
_COMMON = re.compile("[\u0020-\u058f\u10a0-\u10ff\u1e00-\u1eff\u2000-\u21ff\u2212]*")
MARGIN = 20.0
# In millimeters: quantity, unit price, amount.
COLUMNS = (22.0, 34.0, 34.0)
INK, MUTED, RULE = (24, 24, 27), (82, 82, 91), (212, 212, 216)


def write_pdf(view: DocumentView) -> bytes:
    """The document as PDF. The same document gives the same bytes."""
    page = _Page(view)
    page.head()
    page.parties()
    page.line_table()
    page.sums()
    page.notes()
    return bytes(page.output())


class _Page(FPDF):
    """Writes the parts of a document from top to bottom; long ones go on on further pages."""

    def __init__(self, view: DocumentView) -> None:
        super().__init__(format="A4")
        self.view = view
        part = "-common" if _COMMON.fullmatch(repr(view)) else ""
        pdf_fonts.add_font(self, FONT, "", f"DejaVuSans{part}.ttf")
        pdf_fonts.add_font(self, FONT, "B", f"DejaVuSans-Bold{part}.ttf")
        self.set_margins(MARGIN, MARGIN, MARGIN)
        self.set_auto_page_break(True, 25)
        self.set_title(view.heading)
        self.set_author(view.seller[0] if view.seller else "")
        self.set_lang(view.language)
        self.set_creation_date(view.issued_at)
        self.alias_nb_pages()
        self.add_page()

    def footer(self) -> None:
        """Number and page at the bottom of each page; fpdf2 calls this."""
        self.set_y(-18)
        self._write_in(MUTED, 8)
        pages = self.view.labels["page"].format(page=self.page_no(), pages="{nb}")
        self.cell(self.epw / 2, 5, self.view.heading)
        self.cell(self.epw / 2, 5, pages, align="R")

    def head(self) -> None:
        """Title, number, and when it was issued."""
        if self.view.is_test:
            self._write_in((180, 60, 0), 9, bold=True)
            self._line(self.view.labels["test"], 6)
        self._write_in(INK, 20, bold=True)
        self._line(self.view.heading, 10)
        self.ln(2)
        for label, value in self.view.facts:
            self._write_in(MUTED, 9)
            self.cell(45, 5.5, label)
            self._write_in(INK, 9)
            self._line(value, 5.5)
        self.ln(6)

    def parties(self) -> None:
        """Seller and customer beside each other; below the customer where it was posted to."""
        top, width = self.get_y(), self.epw / 2 - 4
        ends = [top, top]
        for position, (label, lines) in enumerate(self.view.parties):
            column = min(position, 1)
            left = MARGIN + column * (width + 8)
            self.set_xy(left, ends[column] + (4 if position > 1 else 0))
            self._write_in(MUTED, 9)
            self._block(left, width, label)
            for number, line in enumerate(lines):
                self._write_in(INK, 9.5, bold=number == 0)
                self._block(left, width, line)
            ends[column] = self.get_y()
        self.set_xy(MARGIN, max(ends) + 8)

    def line_table(self) -> None:
        """What was bought, or refunded."""
        first = self.epw - sum(COLUMNS)
        self._table_head(first)
        for line in self.view.lines:
            self._write_in(INK, 9.5)
            height = self.multi_cell(first - 3, 5.5, line.title, dry_run=True, output="HEIGHT", align="L")
            if self.will_page_break(cast(float, height) + 3):
                self.add_page()
                self._table_head(first)
            top = self.get_y() + 1.5
            self.set_y(top)
            self._block(MARGIN, first - 3, line.title)
            bottom = self.get_y()
            self.set_xy(MARGIN + first, top)
            for text, width in zip((line.quantity, line.unit, line.amount), COLUMNS, strict=True):
                self.cell(width, 5.5, text, align="R")
            self.set_xy(MARGIN, bottom + 1.5)
            self._rule()

    def _table_head(self, first: float) -> None:
        """The headings of the columns, again on each page. `first` is the width of the first column."""
        labels, is_plain = self.view.labels, not any(line.unit for line in self.view.lines)
        self._write_in(MUTED, 8.5)
        self.cell(first, 6, labels["item"])
        for name, width in zip(("quantity", "unit", "amount"), COLUMNS, strict=True):
            self.cell(width, 6, "" if is_plain and name != "amount" else labels[name], align="R")
        self.ln()
        self._rule()

    def sums(self) -> None:
        """Discount, taxes, total."""
        if self.will_page_break(7.0 * len(self.view.sums)):
            self.add_page()
        self.ln(2)
        for row in self.view.sums:
            self._write_in(INK, 12 if row.is_total else 9.5, bold=row.is_total)
            self.cell(self.epw - 45, 7, row.label, align="R")
            self.cell(45, 7, row.amount, align="R", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        self.ln(6)

    def notes(self) -> None:
        """How it was paid, and what the law asks to be said."""
        for note in self.view.notes:
            self._write_in(MUTED, 9)
            self._block(MARGIN, self.epw, note)

    def _write_in(self, color: tuple[int, int, int], size: float, bold: bool = False) -> None:
        self.set_font(FONT, "B" if bold else "", size)
        self.set_text_color(*color)

    def _line(self, text: str, height: float) -> None:
        self.multi_cell(0, height, text, align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT)

    def _block(self, left: float, width: float, text: str) -> None:
        self.set_x(left)
        self.multi_cell(width, 5.5, text, align="L", new_x=XPos.LEFT, new_y=YPos.NEXT)

    def _rule(self) -> None:
        self.set_draw_color(*RULE)
        self.line(MARGIN, self.get_y(), MARGIN + self.epw, self.get_y())
