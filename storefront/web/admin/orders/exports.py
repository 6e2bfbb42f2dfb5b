"""Export of orders as CSV."""

import csv
import io
import unicodedata
from collections.abc import Iterator
from tempfile import SpooledTemporaryFile

from flask import Blueprint, Response
from flask_babel import pgettext

from storefront import payments
from storefront.models import Order
from storefront.models.search import OrderSearch
from storefront.money import Money
from storefront.team import SecurityEvent
from storefront.web.admin.orders.orders import search_from_query
from storefront.web.admin.shared import requires_recent_password
from storefront.web.support import log_security_event

blueprint = Blueprint("order_exports", __name__, url_prefix="/orders.csv")

# Bytes. A larger file is written to the disk.
MAX_IN_MEMORY = 100_000
# Spreadsheets run a cell that begins with one of these as a formula (owasp.org, CSV injection).
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


@blueprint.get("")
@requires_recent_password
def show() -> Response:
    """All orders that match the search of the list.

    The file is written before the answer begins. An order that can't be read makes the answer an error: a file that
    ends before it would look complete. A browser that reads it slowly holds no connection to the database.
    """
    file = SpooledTemporaryFile(MAX_IN_MEMORY)  # noqa: SIM115  # the response closes it
    file.writelines(line.encode() for line in _lines(search_from_query()))
    file.seek(0)
    log_security_event(SecurityEvent.EXPORT, file="orders.csv")
    headers = {"Content-Disposition": 'attachment; filename="orders.csv"'}
    return Response(file, mimetype="text/csv", headers=headers)


def _lines(search: OrderSearch) -> Iterator[str]:
    # Without a byte order mark Excel does not read the file as UTF-8.
    yield "\ufeff" + _line(_columns())
    for orders in search.iterate():
        refunded = payments.refunded_by_order([order.id for order in orders])
        for order in orders:
            yield _line(_cells(order, Money(refunded.get(order.id, 0), order.currency)))


def _columns() -> tuple[str, ...]:
    """Headings in the page's language. The cells are the same in every language: codes, and numbers with a point."""
    return (
        pgettext("column", "number"),
        pgettext("column", "created_utc"),
        pgettext("column", "paid_utc"),
        pgettext("column", "status"),
        pgettext("column", "mode"),
        pgettext("column", "account"),
        pgettext("column", "title"),
        pgettext("column", "quantity"),
        pgettext("column", "amount"),
        pgettext("column", "currency"),
        pgettext("column", "email"),
        pgettext("column", "name"),
        pgettext("column", "paid_outside"),
        pgettext("column", "refunded"),
    )


def _cells(order: Order, refunded: Money) -> tuple[str, ...]:
    return (
        str(order.number),
        f"{order.created_at:%Y-%m-%d %H:%M:%S}",
        f"{order.paid_at:%Y-%m-%d %H:%M:%S}" if order.paid_at else "",
        order.status,
        order.merchant.mode,
        order.merchant.name,
        order.title,
        str(order.quantity),
        order.total.decimal_text(),
        order.currency,
        order.email,
        order.name,
        Money(order.amount if order.paid_outside else 0, order.currency).decimal_text(),
        refunded.decimal_text(),
    )


def _line(cells: tuple[str, ...]) -> str:
    line = io.StringIO()
    # Quotes around every cell: a spreadsheet that separates cells by semicolons would split an unquoted one there.
    csv.writer(line, quoting=csv.QUOTE_ALL).writerow([_escaped(cell) for cell in cells])
    return line.getvalue()


def _escaped(cell: str) -> str:
    """The cell, marked as text if a spreadsheet would run it as a formula, perhaps behind invisible characters."""
    return f"'{cell}" if cell.startswith(FORMULA_STARTS) or _visible(cell).startswith(FORMULA_STARTS) else cell


def _visible(text: str) -> str:
    """The text from its first character that is not a space, a control or a format character."""
    hidden = next((i for i, one in enumerate(text) if unicodedata.category(one)[0] not in "CZ"), len(text))
    return text[hidden:]
