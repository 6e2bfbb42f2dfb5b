"""Export of orders as CSV."""

from collections.abc import Iterable, Iterator

from flask import Blueprint, Response, redirect, request
from flask_babel import gettext as _
from flask_babel import pgettext
from werkzeug.wrappers import Response as BaseResponse

from storefront import payments
from storefront.models import ARRIVAL_NAMES, UTM_NAMES, Order, OrderAnswer, OrderLine, percent_of
from storefront.models.search import chosen_orders
from storefront.money import Money
from storefront.team import SecurityEvent
from storefront.web.admin.orders.orders import search_from_query
from storefront.web.admin.shared import (
    BYTE_ORDER_MARK,
    chosen_rows,
    csv_line,
    csv_response,
    csv_time,
    requires_recent_password,
    show_error,
    streamed_file,
)
from storefront.web.support import form_page, log_security_event

blueprint = Blueprint("order_exports", __name__, url_prefix="/orders.csv")


@blueprint.get("")
@requires_recent_password
def show() -> Response:
    """All orders that match the search of the list, sent while they are read."""
    # HTTP/1.0 has no chunks.
    has_chunks = request.environ.get("SERVER_PROTOCOL") != "HTTP/1.0"
    file = streamed_file(_parts(search_from_query().iterate()), has_chunks)
    log_security_event(SecurityEvent.EXPORT, file="orders.csv")
    return csv_response("orders.csv", file)


@blueprint.post("")
@requires_recent_password
def create() -> BaseResponse:
    """The orders that were chosen in the list."""
    orders = chosen_orders(chosen_rows())
    if not orders:
        show_error(_("Select at least one order."))
        return redirect(form_page(), 303)
    log_security_event(SecurityEvent.EXPORT, file="orders.csv")
    return csv_response("orders.csv", list(_parts([orders])))


def _parts(found: Iterable[list[Order]]) -> Iterator[bytes]:
    """The file in parts of many lines, the first one with the headings."""
    head = BYTE_ORDER_MARK + csv_line(_columns())
    for orders in found:
        refunded = payments.refunded_by_order([order.id for order in orders])
        answers, lines = OrderAnswer.by_order(orders), OrderLine.by_order(orders)
        rows = (
            csv_line(
                (
                    *_cells(order, Money(refunded.get(order.id, 0), order.currency), answers.get(order.id, [])),
                    _lines_cell(order, lines.get(order.id, [])),
                    *_tax_cells(order),
                    *_shipping_cells(order),
                )
            )
            for order in orders
        )
        yield (head + "".join(rows)).encode()
        head = ""
    if head:
        yield head.encode()


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
        pgettext("column", "price_option"),
        pgettext("column", "answers"),
        pgettext("column", "country"),
        pgettext("column", "company"),
        pgettext("column", "vat_id"),
        pgettext("column", "referrer"),
        # As analytics programs name them, in every language.
        *UTM_NAMES,
        pgettext("column", "promo_code"),
        pgettext("column", "discount"),
        pgettext("column", "lines"),
        pgettext("column", "tax_name"),
        pgettext("column", "tax_rate"),
        pgettext("column", "tax"),
        pgettext("column", "tax_mode"),
        pgettext("column", "shipping_address"),
        pgettext("column", "sent_utc"),
        pgettext("column", "carrier"),
        pgettext("column", "tracking_number"),
    )


def _lines_cell(order: Order, lines: list[OrderLine]) -> str:
    """What an order consists of that has more than its units; one line each, with what was charged for it."""
    return "\n".join(
        f"{line.title} × {line.quantity}: {Money(_charge(order, line), order.currency).decimal_text()}"
        for line in lines
    )


def _charge(order: Order, line: OrderLine) -> int:
    return int(line.unit_amount * line.quantity - line.discount + (line.tax if order.is_tax_added else 0))


def _tax_cells(order: Order) -> tuple[str, ...]:
    """Name, rate in percent, and how much it is of the amount; empty without a tax."""
    if not order.has_tax:
        return ("", "", "", "")
    rate = f"{percent_of(order.tax_rate):f}"
    return (order.tax_name, rate, Money(order.tax, order.currency).decimal_text(), order.tax_mode)


def _shipping_cells(order: Order) -> tuple[str, ...]:
    """The address without name and country, which have columns of their own; one part each line."""
    address = "\n".join(order.address_lines)
    return address, csv_time(order.sent_at), order.tracking_carrier, order.tracking_number


def _cells(order: Order, refunded: Money, answers: list[OrderAnswer]) -> tuple[str, ...]:
    return (
        str(order.number),
        csv_time(order.created_at),
        csv_time(order.paid_at),
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
        order.option_label,
        "\n".join(f"{answer.words}: {answer.value}" for answer in answers),
        order.country,
        order.company,
        order.vat_id,
        *(order.arrival.get(name, "") for name in ARRIVAL_NAMES),
        order.code,
        Money(order.discount, order.currency).decimal_text(),
    )
