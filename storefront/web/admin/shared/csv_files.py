"""CSV files for spreadsheets."""

import csv
import io
import re
import unicodedata
from collections.abc import Iterable
from datetime import datetime
from typing import IO

from flask import Response

# The first character of a file. Without it Excel does not read the file as UTF-8.
BYTE_ORDER_MARK = "\ufeff"
# Spreadsheets run a cell that begins with one of these as a formula (owasp.org, CSV injection).
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
# A plain negative number is none, and a column of them can be added up.
_NEGATIVE = re.compile(r"-[0-9]+(\.[0-9]+)?")


def csv_response(name: str, parts: Iterable[bytes] | IO[bytes]) -> Response:
    """The file as a download."""
    return Response(parts, mimetype="text/csv", headers={"Content-Disposition": f'attachment; filename="{name}"'})


def csv_line(cells: tuple[str, ...]) -> str:
    """A line of the file, with its end."""
    line = io.StringIO()
    # Quotes around every cell: a spreadsheet that separates cells by semicolons would split an unquoted one there.
    csv.writer(line, quoting=csv.QUOTE_ALL).writerow([_escaped(cell) for cell in cells])
    return line.getvalue()


def csv_time(at: datetime | None) -> str:
    """The cell of a moment in UTC; "" for none."""
    return f"{at:%Y-%m-%d %H:%M:%S}" if at else ""


def _escaped(cell: str) -> str:
    """The cell, marked as text if a spreadsheet would run it as a formula, perhaps behind invisible characters."""
    if _NEGATIVE.fullmatch(cell):
        return cell
    return f"'{cell}" if cell.startswith(FORMULA_STARTS) or _visible(cell).startswith(FORMULA_STARTS) else cell


def _visible(text: str) -> str:
    """The text from its first character that is not a space, a control or a format character."""
    hidden = next((i for i, one in enumerate(text) if unicodedata.category(one)[0] not in "CZ"), len(text))
    return text[hidden:]
