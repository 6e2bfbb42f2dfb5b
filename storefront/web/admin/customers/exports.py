"""Export of chosen customers as CSV."""

from collections.abc import Iterator

from flask import Blueprint, redirect
from flask_babel import gettext as _
from flask_babel import pgettext
from werkzeug.wrappers import Response

from storefront.models.search import CustomerSummary, chosen_customers
from storefront.team import SecurityEvent
from storefront.web.admin.shared import (
    BYTE_ORDER_MARK,
    chosen_rows,
    csv_line,
    csv_response,
    requires_recent_password,
    show_error,
)
from storefront.web.support import form_page, log_security_event

blueprint = Blueprint("customer_exports", __name__, url_prefix="/customers.csv")


@blueprint.post("")
@requires_recent_password
def create() -> Response:
    """The customers that were chosen in the list: a line for each mode and currency in which they have paid."""
    customers = chosen_customers(chosen_rows())
    if not customers:
        show_error(_("Select at least one customer."))
        return redirect(form_page(), 303)
    log_security_event(SecurityEvent.EXPORT, file="customers.csv")
    lines = "".join(csv_line(cells) for cells in _rows(customers))
    return csv_response("customers.csv", [(BYTE_ORDER_MARK + lines).encode()])


def _rows(customers: list[CustomerSummary]) -> Iterator[tuple[str, ...]]:
    yield (
        pgettext("column", "email"),
        pgettext("column", "name"),
        pgettext("column", "orders"),
        pgettext("column", "subscriptions"),
        pgettext("column", "last_order_utc"),
        pgettext("column", "mode"),
        pgettext("column", "currency"),
        pgettext("column", "paid"),
        pgettext("column", "refunded"),
    )
    for customer in customers:
        known = (
            customer.newest.email,
            customer.newest.name,
            str(customer.orders),
            str(customer.running),
            f"{customer.last_order_at:%Y-%m-%d %H:%M:%S}",
        )
        if not customer.paid:
            yield *known, "", "", "", ""
        for one in customer.paid:
            yield *known, one.mode, one.total.currency, one.total.decimal_text(), one.refunded.decimal_text()
