"""Export of chosen subscriptions as CSV."""

from flask import Blueprint
from flask_babel import gettext as _
from flask_babel import pgettext
from werkzeug.wrappers import Response

from storefront.models import Subscription
from storefront.models.search import chosen_subscriptions
from storefront.web.admin.shared import chosen_rows, csv_time, export_chosen, requires_recent_password

blueprint = Blueprint("subscription_exports", __name__, url_prefix="/subscriptions.csv")


@blueprint.post("")
@requires_recent_password
def create() -> Response:
    """The subscriptions that were chosen in the list."""
    lines = _columns(), *map(_cells, chosen_subscriptions(chosen_rows()))
    return export_chosen("subscriptions.csv", lines, _("Select at least one subscription."))


def _columns() -> tuple[str, ...]:
    """Headings in the page's language. The cells are the same in every language: codes, and numbers with a point."""
    return (
        pgettext("column", "number"),
        pgettext("column", "created_utc"),
        pgettext("column", "status"),
        pgettext("column", "mode"),
        pgettext("column", "account"),
        pgettext("column", "title"),
        pgettext("column", "quantity"),
        pgettext("column", "amount"),
        pgettext("column", "currency"),
        pgettext("column", "every"),
        pgettext("column", "interval"),
        pgettext("column", "next_charge_utc"),
        pgettext("column", "ended_utc"),
        pgettext("column", "email"),
        pgettext("column", "name"),
        pgettext("column", "price_option"),
        # As Stripe calls it, in every language.
        "stripe_subscription",
    )


def _cells(subscription: Subscription) -> tuple[str, ...]:
    order = subscription.order
    return (
        str(order.number),
        csv_time(subscription.created_at),
        subscription.status,
        subscription.mode,
        subscription.merchant.name,
        order.title,
        str(subscription.quantity),
        # Terms that were changed in Stripe may not be one amount.
        "" if subscription.unclear_terms else subscription.total.decimal_text(),
        subscription.currency,
        str(subscription.every),
        subscription.interval,
        csv_time(subscription.next_charge_at),
        csv_time(subscription.ended_at),
        order.email,
        order.name,
        order.option_label,
        subscription.subscription_id or "",
    )
