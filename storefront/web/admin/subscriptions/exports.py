"""Export of subscriptions."""

from collections.abc import Iterable

from flask import Blueprint, Response
from flask_babel import gettext as _
from flask_babel import pgettext
from werkzeug.wrappers import Response as BaseResponse

from storefront.models import Subscription
from storefront.models.search import chosen_subscriptions
from storefront.web.admin.shared import (
    Column,
    ColumnKind,
    Table,
    Value,
    chosen_rows,
    export_page,
    requires_recent_password,
    send_chosen,
    send_list,
)
from storefront.web.admin.subscriptions.subscriptions import list_address, search_from_query

blueprint = Blueprint("subscription_exports", __name__)


@blueprint.get("/subscriptions/export")
def new() -> str:
    """Asks for the columns and the kind of file."""
    address = list_address("admin.subscriptions.index", *search_from_query())
    return export_page("admin.subscription_exports.show", address, _("Subscriptions"), _columns())


@blueprint.get("/subscriptions.csv", defaults={"kind": "csv"})
@blueprint.get("/subscriptions.xlsx", defaults={"kind": "xlsx"})
@requires_recent_password
def show(kind: str) -> Response:
    """All subscriptions that match the search of the list."""
    search, _offer = search_from_query()
    return send_list(_table(search.iterate()), kind)


@blueprint.post("/subscriptions.csv")
@requires_recent_password
def create() -> BaseResponse:
    """The subscriptions that were chosen in the list."""
    return send_chosen(_table([chosen_subscriptions(chosen_rows())]), _("Select at least one subscription."))


def _table(found: Iterable[list[Subscription]]) -> Table:
    return Table("subscriptions", _columns(), (list(map(_cells, subscriptions)) for subscriptions in found))


def _columns() -> tuple[Column, ...]:
    """Headings in the page's language. The cells are the same in every language: codes, and numbers with a point."""
    number, time = ColumnKind.NUMBER, ColumnKind.TIME
    return (
        Column("number", pgettext("column", "number"), number),
        Column("created", pgettext("column", "created_utc"), time),
        Column("status", pgettext("column", "status")),
        Column("mode", pgettext("column", "mode")),
        Column("account", pgettext("column", "account")),
        Column("title", pgettext("column", "title"), ColumnKind.LONG_TEXT),
        Column("quantity", pgettext("column", "quantity"), number),
        Column("amount", pgettext("column", "amount"), ColumnKind.AMOUNT),
        Column("currency", pgettext("column", "currency")),
        Column("every", pgettext("column", "every"), number),
        Column("interval", pgettext("column", "interval")),
        Column("next_charge", pgettext("column", "next_charge_utc"), time),
        Column("ended", pgettext("column", "ended_utc"), time),
        Column("email", pgettext("column", "email")),
        Column("name", pgettext("column", "name")),
        Column("price_option", pgettext("column", "price_option")),
        Column("stripe_subscription", pgettext("column", "stripe_subscription"), ColumnKind.LONG_TEXT),
    )


def _cells(subscription: Subscription) -> tuple[Value, ...]:
    order = subscription.order
    return (
        order.number,
        subscription.created_at,
        subscription.status,
        subscription.mode,
        subscription.merchant.name,
        order.title,
        subscription.quantity,
        # Terms that were changed in Stripe may not be one amount.
        None if subscription.unclear_terms else subscription.total,
        subscription.currency,
        subscription.every,
        subscription.interval,
        subscription.next_charge_at,
        subscription.ended_at,
        order.email,
        order.name,
        order.option_label,
        subscription.subscription_id or "",
    )
