"""Reading an uploaded CSV file: its encoding, what separates its columns, and its limits."""

import csv
import io
from dataclasses import dataclass

from flask_babel import gettext as _

from storefront.i18n import clean_line
from storefront.web.admin.shared import FORMULA_STARTS

MAX_BYTES = 1_000_000
MAX_ROWS = 500
SEPARATORS = ",;\t"


class CsvProblem(Exception):
    """The file can't be read. The message is for the person who has uploaded it."""


@dataclass(frozen=True)
class CsvTable:
    """`names` are the column heads as typed; each of `rows` is its line number in the file and its cells."""

    names: list[str]
    rows: list[tuple[int, list[str]]]


def decode(content: bytes) -> str:
    """The text of the file: UTF-8, with or without a byte order mark, or UTF-16 with one. Raises CsvProblem."""
    if not content.strip():
        raise CsvProblem(_("Choose a CSV file."))
    if len(content) > MAX_BYTES:
        raise CsvProblem(
            _("This file is too large. Choose one of up to %(megabytes)s MB.", megabytes=MAX_BYTES // 10**6)
        )
    is_utf_16 = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    try:
        text = content.decode("utf-16" if is_utf_16 else "utf-8-sig")
    except UnicodeDecodeError as error:
        raise CsvProblem(_("This file isn’t UTF-8. Save it again as “CSV UTF-8”.")) from error
    if "\0" in text:
        raise CsvProblem(_("This is no CSV file. Save the table as CSV."))
    return text


def read_table(text: str) -> CsvTable:
    """The rows of the table; empty ones are left out. Raises CsvProblem."""
    head = text.lstrip("\r\n").partition("\n")[0]
    separator = max(SEPARATORS, key=head.count)
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    rows: list[tuple[int, list[str]]] = []
    try:
        for cells in lines:
            if any(cell.strip() for cell in cells):
                rows.append((lines.line_num, [_plain(cell) for cell in cells]))
            if len(rows) > MAX_ROWS + 1:
                raise CsvProblem(_("This file has too many rows. Split it into files of up to %(num)s.", num=MAX_ROWS))
    except csv.Error as error:
        raise CsvProblem(_("Line %(num)s can’t be read as CSV. Check its quotes.", num=lines.line_num)) from error
    if len(rows) < 2:
        raise CsvProblem(_("This file has no rows below its first line."))
    return CsvTable([clean_line(cell) for cell in rows[0][1]], rows[1:])


def _plain(cell: str) -> str:
    """The cell without the apostrophe with which exports keep spreadsheets from running it as a formula."""
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(FORMULA_STARTS) else cell
