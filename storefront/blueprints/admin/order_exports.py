"""Orders as a file for spreadsheets."""

import csv
import io
from collections.abc import Iterator

from flask import Blueprint, Response, stream_with_context

from storefront.blueprints.admin.orders import asked_search
from storefront.models import Order
from storefront.models.order_search import OrderSearch

blueprint = Blueprint("order_exports", __name__, url_prefix="/orders.csv")

COLUMNS = (
    "number",
    "created_utc",
    "paid_utc",
    "status",
    "mode",
    "account",
    "title",
    "quantity",
    "amount",
    "currency",
    "email",
    "name",
)
# What makes a spreadsheet take a cell for a formula (owasp.org, CSV injection).
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


@blueprint.get("")
def show() -> Response:
    """The orders of the list's search, all pages."""
    body = stream_with_context(_lines(asked_search()))
    headers = {"Content-Disposition": 'attachment; filename="orders.csv"'}
    return Response(body, mimetype="text/csv", headers=headers)


def _lines(search: OrderSearch) -> Iterator[str]:
    # Without this mark Excel reads UTF-8 as something else and spoils names.
    yield "\ufeff" + _line(COLUMNS)
    for order in search.every():
        yield _line(_cells(order))


def _cells(order: Order) -> tuple[str, ...]:
    return (
        str(order.number),
        f"{order.created_at:%Y-%m-%d %H:%M:%S}",
        f"{order.paid_at:%Y-%m-%d %H:%M:%S}" if order.paid_at else "",
        order.status,
        order.merchant.mode,
        order.merchant.name,
        order.title,
        str(order.quantity),
        order.total.typed(),
        order.currency,
        order.email,
        order.name,
    )


def _line(cells: tuple[str, ...]) -> str:
    line = io.StringIO()
    csv.writer(line).writerow([harmless(cell) for cell in cells])
    return line.getvalue()


def harmless(cell: str) -> str:
    """The cell, marked as text where a spreadsheet would run it."""
    return f"'{cell}" if cell.lstrip(" ").startswith(FORMULA) else cell
