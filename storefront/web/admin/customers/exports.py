"""Export of customers: a line for each mode and currency in which they have paid."""

from collections.abc import Iterable, Iterator

from flask import Blueprint, Response
from flask_babel import gettext as _
from flask_babel import pgettext
from werkzeug.wrappers import Response as BaseResponse

from storefront.models.search import CustomerSummary, chosen_customers
from storefront.web.admin.customers.customers import list_address, search_from_query
from storefront.web.admin.shared import (
    Column,
    ColumnKind,
    OfferFilter,
    Table,
    Value,
    chosen_rows,
    export_page,
    requires_recent_password,
    send_chosen,
    send_list,
)

blueprint = Blueprint("customer_exports", __name__)


@blueprint.get("/customers/export")
def new() -> str:
    """Asks for the columns and the kind of file."""
    return export_page(
        "admin.customer_exports.show",
        list_address(OfferFilter.from_query()),
        _("Customers"),
        _columns(),
        _("One row for each mode and currency in which a customer has paid. The latest order comes first."),
    )


@blueprint.get("/customers.csv", defaults={"kind": "csv"})
@blueprint.get("/customers.xlsx", defaults={"kind": "xlsx"})
@requires_recent_password
def show(kind: str) -> Response:
    """All customers that match the search of the list."""
    return send_list(_table(search_from_query(OfferFilter.from_query()).iterate()), kind)


@blueprint.post("/customers.csv")
@requires_recent_password
def create() -> BaseResponse:
    """The customers that were chosen in the list."""
    return send_chosen(_table([chosen_customers(chosen_rows())]), _("Select at least one customer."))


def _table(found: Iterable[list[CustomerSummary]]) -> Table:
    return Table("customers", _columns(), (list(_rows(customers)) for customers in found))


def _columns() -> tuple[Column, ...]:
    number, amount = ColumnKind.NUMBER, ColumnKind.AMOUNT
    return (
        Column("email", pgettext("column", "email")),
        Column("name", pgettext("column", "name")),
        Column("orders", pgettext("column", "orders"), number),
        Column("subscriptions", pgettext("column", "subscriptions"), number),
        Column("last_order", pgettext("column", "last_order_utc"), ColumnKind.TIME),
        Column("mode", pgettext("column", "mode")),
        Column("currency", pgettext("column", "currency")),
        Column("paid", pgettext("column", "paid"), amount),
        Column("refunded", pgettext("column", "refunded"), amount),
    )


def _rows(customers: list[CustomerSummary]) -> Iterator[tuple[Value, ...]]:
    for customer in customers:
        newest = customer.newest
        known = newest.email, newest.name, customer.orders, customer.running, customer.last_order_at
        if not customer.paid:
            yield *known, "", "", None, None
        for one in customer.paid:
            yield *known, one.mode, one.total.currency, one.total, one.refunded
