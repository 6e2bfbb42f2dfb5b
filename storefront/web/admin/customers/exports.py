"""Export of customers: a line for each mode and currency in which they have paid."""

from collections.abc import Iterator

from flask_babel import lazy_gettext as _l
from flask_babel import pgettext

from storefront.models.search import CustomerSummary, chosen_customers
from storefront.web.admin.customers.customers import list_address, search_from_query
from storefront.web.admin.shared import (
    Column,
    ColumnKind,
    ListExport,
    OfferFilter,
    Value,
    export_blueprint,
)


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


EXPORT = ListExport(
    label=_l("Customers"),
    back=lambda: list_address(OfferFilter.from_query()),
    columns=_columns,
    rows=_rows,
    find=lambda: search_from_query(OfferFilter.from_query()).iterate(),
    choose=chosen_customers,
    nothing=_l("Select at least one customer."),
    note=_l("One row for each mode and currency in which a customer has paid. The latest order comes first."),
)
blueprint = export_blueprint("customer_exports", "/customers", EXPORT)
