"""Export of orders."""

from collections.abc import Iterator

from flask_babel import lazy_gettext as _l
from flask_babel import pgettext

from storefront import payments
from storefront.models import ARRIVAL_NAMES, UTM_NAMES, Order, OrderAnswer, OrderLine, percent_of
from storefront.models.search import chosen_orders
from storefront.money import Money
from storefront.web.admin.orders.orders import list_address, search_from_query
from storefront.web.admin.shared import (
    Column,
    ColumnKind,
    ListExport,
    Value,
    export_blueprint,
)


def _rows(orders: list[Order]) -> Iterator[tuple[Value, ...]]:
    refunded = payments.refunded_by_order([order.id for order in orders])
    answers, lines = OrderAnswer.by_order(orders), OrderLine.by_order(orders)
    for order in orders:
        yield (
            *_cells(order, Money(refunded.get(order.id, 0), order.currency), answers.get(order.id, [])),
            *(_lines_cell(order, lines.get(order.id, [])), *_tax_cells(order), *_shipping_cells(order)),
        )


def _columns() -> tuple[Column, ...]:
    """Headings in the page's language. The cells are the same in every language: codes, and numbers with a point."""
    number, amount, time, long = ColumnKind.NUMBER, ColumnKind.AMOUNT, ColumnKind.TIME, ColumnKind.LONG_TEXT
    return (
        Column("number", pgettext("column", "number"), number),
        Column("created", pgettext("column", "created_utc"), time),
        Column("paid", pgettext("column", "paid_utc"), time),
        Column("status", pgettext("column", "status")),
        Column("mode", pgettext("column", "mode")),
        Column("account", pgettext("column", "account")),
        Column("title", pgettext("column", "title"), long),
        Column("quantity", pgettext("column", "quantity"), number),
        Column("amount", pgettext("column", "amount"), amount),
        Column("currency", pgettext("column", "currency")),
        Column("email", pgettext("column", "email")),
        Column("name", pgettext("column", "name")),
        Column("paid_outside", pgettext("column", "paid_outside"), amount),
        Column("refunded", pgettext("column", "refunded"), amount),
        Column("price_option", pgettext("column", "price_option")),
        Column("answers", pgettext("column", "answers"), long),
        Column("country", pgettext("column", "country")),
        Column("company", pgettext("column", "company")),
        Column("vat_id", pgettext("column", "vat_id")),
        Column("referrer", pgettext("column", "referrer")),
        # As analytics programs name them, in every language.
        *(Column(name, name) for name in UTM_NAMES),
        Column("promo_code", pgettext("column", "promo_code")),
        Column("discount", pgettext("column", "discount"), amount),
        Column("lines", pgettext("column", "lines"), long),
        Column("tax_name", pgettext("column", "tax_name")),
        Column("tax_rate", pgettext("column", "tax_rate"), number),
        Column("tax", pgettext("column", "tax"), amount),
        Column("tax_mode", pgettext("column", "tax_mode")),
        Column("shipping_address", pgettext("column", "shipping_address"), long),
        Column("sent", pgettext("column", "sent_utc"), time),
        Column("carrier", pgettext("column", "carrier")),
        Column("tracking_number", pgettext("column", "tracking_number")),
    )


def _lines_cell(order: Order, lines: list[OrderLine]) -> str:
    """What an order consists of that has more than its units; one line each, with what was charged for it."""
    return "\n".join(
        f"{line.title} × {line.quantity}: {Money(_charge(order, line), order.currency).decimal_text()}"
        for line in lines
    )


def _charge(order: Order, line: OrderLine) -> int:
    return int(line.unit_amount * line.quantity - line.discount + (line.tax if order.is_tax_added else 0))


def _tax_cells(order: Order) -> tuple[Value, ...]:
    """Name, rate in percent, and how much it is of the amount; empty without a tax."""
    if not order.has_tax:
        return ("", None, None, "")
    return (order.tax_name, percent_of(order.tax_rate), Money(order.tax, order.currency), order.tax_mode)


def _shipping_cells(order: Order) -> tuple[Value, ...]:
    """The address without name and country, which have columns of their own; one part each line."""
    address = "\n".join(order.address_lines)
    return address, order.sent_at, order.tracking_carrier, order.tracking_number


def _cells(order: Order, refunded: Money, answers: list[OrderAnswer]) -> tuple[Value, ...]:
    return (
        order.number,
        order.created_at,
        order.paid_at,
        order.status,
        order.merchant.mode,
        order.merchant.name,
        order.title,
        order.quantity,
        order.total,
        order.currency,
        order.email,
        order.name,
        Money(order.amount if order.paid_outside else 0, order.currency),
        refunded,
        order.option_label,
        "\n".join(f"{answer.words}: {answer.value}" for answer in answers),
        order.country,
        order.company,
        order.vat_id,
        *(order.arrival.get(name, "") for name in ARRIVAL_NAMES),
        order.code,
        Money(order.discount, order.currency),
    )


EXPORT = ListExport(
    label=_l("Orders"),
    back=list_address,
    columns=_columns,
    rows=_rows,
    find=lambda: search_from_query().iterate(),
    choose=chosen_orders,
    nothing=_l("Select at least one order."),
)
blueprint = export_blueprint("order_exports", "/orders", EXPORT)
