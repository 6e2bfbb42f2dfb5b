"""Asking Stripe about an order again."""

from flask import Blueprint, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from storefront import payments, worker
from storefront.errors import SecretUnreadable, StripeError
from storefront.models import Order, Payment
from storefront.web import support
from storefront.web.admin import labels
from storefront.web.admin.orders.orders import all_about
from storefront.web.admin.shared import order_or_404, show_error, show_notice, wants_fragment

blueprint = Blueprint("order_refreshes", __name__, url_prefix="/orders/<token>/refresh")


@blueprint.post("")
def create(token: str) -> str | Response:
    """Ask now; the page shows what Stripe said."""
    order = order_or_404(token)
    problem = _refresh(order)
    words = "" if problem else _("Asked Stripe. The order is: %(status)s.", status=support.order_status(order.status))
    if wants_fragment():
        about = all_about(order_or_404(token))
        return render_template("admin/orders/_refreshed.html", notice=words, alert=problem, **about)
    if problem:
        show_error(problem)
    else:
        show_notice(words)
    return redirect(url_for("admin.orders.show", token=token), 303)


def _refresh(order: Order) -> str:
    """Why Stripe couldn't be asked, in words; "" when it was."""
    if not order.merchant.is_connected:
        return labels.disconnected()
    try:
        payments.refresh_order(order)
        _ask_what_went_back(order)
    except SecretUnreadable:
        return labels.secret_unreadable()
    except StripeError as error:
        return labels.stripe_problem(error)
    worker.wake_for_emails()
    return ""


def _ask_what_went_back(order: Order) -> None:
    """Refunds and disputes of what was paid, also those made at Stripe."""
    for payment in list(Payment.select().where(Payment.order == order, Payment.succeeded())):
        payments.sync_refunds(payment)
        payments.sync_disputes(payment)
    order.reload()
