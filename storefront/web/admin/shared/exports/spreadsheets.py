"""Writes a table as a file for Excel: real dates and numbers, and texts that are never formulas.

Memory does not grow with the number of rows: each row is written to a temporary file before the next one is made.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from decimal import Decimal
from tempfile import TemporaryFile
from zoneinfo import ZoneInfo

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from storefront.money import Money
from storefront.web.admin.shared.exports.tables import Column, ColumnKind, Row, Value

MIMETYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# Rows of a sheet and characters of a cell (support.microsoft.com, Excel specifications and limits).
MAX_ROWS, MAX_TEXT = 1_048_576, 32_767
# Bytes of the file that are sent at once.
_SENT = 64 * 1024
_WIDTHS = {
    ColumnKind.TEXT: 22,
    ColumnKind.LONG_TEXT: 45,
    ColumnKind.NUMBER: 10,
    ColumnKind.AMOUNT: 13,
    ColumnKind.TIME: 19,
}


def sheet_file(name: str, columns: tuple[Column, ...], parts: Iterable[list[Row]], zone: ZoneInfo) -> Iterator[bytes]:
    """The bytes of the file. All rows are read before the first byte. `name` is that of the sheets.

    What has more rows than a sheet goes on in further sheets with the same headings.
    """
    with TemporaryFile() as file:
        with Workbook(file, {"constant_memory": True, "strings_to_urls": False}) as book:
            book.use_zip64()
            writer = _Writer(book, name, columns, zone)
            for rows in parts:
                for row in rows:
                    writer.write(row)
        file.seek(0)
        while part := file.read(_SENT):
            yield part


class _Writer:
    """Writes rows, and begins a new sheet where one is full."""

    def __init__(self, book: Workbook, name: str, columns: tuple[Column, ...], zone: ZoneInfo) -> None:
        self._book, self._name, self._columns, self._zone = book, name, columns, zone
        self._heading = book.add_format({"bold": True})
        self._time = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        self._amounts: dict[int, Format] = {}
        self._sheet = self._new_sheet()

    def write(self, row: Row) -> None:
        """Write the next row."""
        if self._next == MAX_ROWS:
            self._sheet = self._new_sheet()
        for number, value in enumerate(row):
            self._write_cell(number, value)
        self._next += 1

    def _new_sheet(self) -> Worksheet:
        count = len(self._book.worksheets())
        sheet = self._book.add_worksheet(f"{self._name} {count + 1}" if count else self._name)
        sheet.freeze_panes(1, 0)
        for number, column in enumerate(self._columns):
            sheet.set_column(number, number, _WIDTHS[column.kind])
            sheet.write_string(0, number, column.sheet_heading(str(self._zone)), self._heading)
        self._next = 1
        return sheet

    def _write_cell(self, number: int, value: Value) -> None:
        at = self._next, number
        if isinstance(value, str):
            # Never a formula, a link or a number, whatever it begins with.
            if value:
                self._sheet.write_string(*at, value if len(value) <= MAX_TEXT else f"{value[: MAX_TEXT - 1]}…")
        elif isinstance(value, Money):
            text = value.decimal_text()
            self._sheet.write_number(*at, float(Decimal(text)), self._amount_format(len(text.partition(".")[2])))
        elif isinstance(value, datetime):
            self._sheet.write_datetime(*at, value.astimezone(self._zone).replace(tzinfo=None), self._time)
        elif value is not None:
            self._sheet.write_number(*at, float(value))

    def _amount_format(self, decimals: int) -> Format:
        """The format of amounts in a currency with so many decimals."""
        if decimals not in self._amounts:
            pattern = f"0.{'0' * decimals}" if decimals else "0"
            self._amounts[decimals] = self._book.add_format({"num_format": pattern})
        return self._amounts[decimals]
