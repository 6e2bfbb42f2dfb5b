"""Export of chosen subscriptions as CSV."""

from datetime import datetime

from flask import Blueprint, redirect
from flask_babel import gettext as _
from flask_babel import pgettext
from werkzeug.wrappers import Response

from storefront.models import Subscription
from storefront.models.search import chosen_subscriptions
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

blueprint = Blueprint("subscription_exports", __name__, url_prefix="/subscriptions.csv")


@blueprint.post("")
@requires_recent_password
def create() -> Response:
    """The subscriptions that were chosen in the list."""
    chosen = chosen_subscriptions(chosen_rows())
    if not chosen:
        show_error(_("Select at least one subscription."))
        return redirect(form_page(), 303)
    log_security_event(SecurityEvent.EXPORT, file="subscriptions.csv")
    lines = csv_line(_columns()) + "".join(csv_line(_cells(subscription)) for subscription in chosen)
    return csv_response("subscriptions.csv", [(BYTE_ORDER_MARK + lines).encode()])


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
        # As Stripe calls it, in every language.
        "stripe_subscription",
    )


def _cells(subscription: Subscription) -> tuple[str, ...]:
    order = subscription.order
    return (
        str(order.number),
        _time(subscription.created_at),
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
        _time(subscription.next_charge_at),
        _time(subscription.ended_at),
        order.email,
        order.name,
        subscription.subscription_id or "",
    )


def _time(at: datetime | None) -> str:
    return f"{at:%Y-%m-%d %H:%M:%S}" if at else ""
