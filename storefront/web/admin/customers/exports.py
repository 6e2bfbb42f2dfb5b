"""Export of chosen customers as CSV."""

from collections.abc import Iterator

from flask import Blueprint
from flask_babel import gettext as _
from flask_babel import pgettext
from werkzeug.wrappers import Response

from storefront.models.search import CustomerSummary, chosen_customers
from storefront.web.admin.shared import chosen_rows, csv_time, export_chosen, requires_recent_password

blueprint = Blueprint("customer_exports", __name__, url_prefix="/customers.csv")


@blueprint.post("")
@requires_recent_password
def create() -> Response:
    """The customers that were chosen in the list: a line for each mode and currency in which they have paid."""
    lines = _rows(chosen_customers(chosen_rows()))
    return export_chosen("customers.csv", lines, _("Select at least one customer."))


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
            csv_time(customer.last_order_at),
        )
        if not customer.paid:
            yield *known, "", "", "", ""
        for one in customer.paid:
            yield *known, one.mode, one.total.currency, one.total.decimal_text(), one.refunded.decimal_text()
