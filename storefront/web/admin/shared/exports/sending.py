"""Sends the table of an export as a file."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from decimal import Decimal
from typing import IO
from zoneinfo import ZoneInfo

from flask import Response, redirect, request
from werkzeug.wrappers import Response as BaseResponse

from storefront import settings
from storefront.money import Money
from storefront.team import SecurityEvent
from storefront.web.admin.shared.csv_files import BYTE_ORDER_MARK, csv_line, csv_response, csv_time
from storefront.web.admin.shared.exports.choosing import chosen_columns
from storefront.web.admin.shared.exports.spreadsheets import MIMETYPE, sheet_file
from storefront.web.admin.shared.exports.tables import Row, Table, Value
from storefront.web.admin.shared.htmx import show_error
from storefront.web.admin.shared.streamed_files import read_apart, streamed_file
from storefront.web.support import form_page, log_security_event


def send_list(table: Table, kind: str = "csv") -> Response:
    """The whole table as a file of this kind: csv, sent while it is read, or xlsx, sent when all is read."""
    table = table.with_columns(chosen_columns())
    log_security_event(SecurityEvent.EXPORT, file=f"{table.name}.{kind}")
    # HTTP/1.0 has no chunks.
    has_chunks = request.environ.get("SERVER_PROTOCOL") != "HTTP/1.0"
    if kind == "xlsx":
        # No connection to the database is held while the file is written and sent.
        rows = read_apart(iter(table.parts))
        return _sheet_response(table, sheet_file(table.name, table.columns, rows, ZoneInfo(settings.time_zone())))
    return csv_response(f"{table.name}.csv", streamed_file(_csv_parts(table), has_chunks))


def send_chosen(table: Table, nothing: str) -> BaseResponse:
    """The table of the rows that were chosen in a list, as the kind of file that the button names.

    Without rows it leads back to the list, with the error `nothing`.
    """
    parts = [rows for rows in table.parts if rows]
    if not parts:
        show_error(nothing)
        return redirect(form_page(), 303)
    kind = "xlsx" if request.form.get("kind") == "xlsx" else "csv"
    return send_list(Table(table.name, table.columns, parts), kind)


def _sheet_response(table: Table, parts: Iterable[bytes] | IO[bytes]) -> Response:
    name = f"{table.name}.xlsx"
    return Response(parts, mimetype=MIMETYPE, headers={"Content-Disposition": f'attachment; filename="{name}"'})


def _csv_parts(table: Table) -> Iterator[bytes]:
    """The file in parts of many lines, the first one with the headings."""
    head = BYTE_ORDER_MARK + csv_line(tuple(column.heading for column in table.columns))
    for rows in table.parts:
        yield (head + "".join(map(_csv_row, rows))).encode()
        head = ""
    if head:
        yield head.encode()


def _csv_row(row: Row) -> str:
    return csv_line(tuple(map(_csv_cell, row)))


def _csv_cell(value: Value) -> str:
    """The same in every language: codes, times in UTC, and numbers with a point."""
    if isinstance(value, str):
        return value
    if isinstance(value, Money):
        return value.decimal_text()
    if isinstance(value, datetime):
        return csv_time(value)
    return f"{value:f}" if isinstance(value, Decimal) else "" if value is None else str(value)
