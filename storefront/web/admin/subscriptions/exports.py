"""Export of subscriptions."""

from flask_babel import lazy_gettext as _l
from flask_babel import pgettext

from storefront.models import Subscription
from storefront.models.search import chosen_subscriptions
from storefront.web.admin.shared import (
    Column,
    ColumnKind,
    ListExport,
    Value,
    export_blueprint,
)
from storefront.web.admin.subscriptions.subscriptions import list_address, search_from_query


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


EXPORT = ListExport(
    label=_l("Subscriptions"),
    back=lambda: list_address("admin.subscriptions.index", *search_from_query()),
    columns=_columns,
    rows=lambda subscriptions: map(_cells, subscriptions),
    find=lambda: search_from_query()[0].iterate(),
    choose=chosen_subscriptions,
    nothing=_l("Select at least one subscription."),
)
blueprint = export_blueprint("subscription_exports", "/subscriptions", EXPORT)
