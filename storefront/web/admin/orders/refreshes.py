"""Fetching an order's payments, refunds and disputes from Stripe again."""

from flask import Blueprint, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from storefront import payments, worker
from storefront.errors import SecretUnreadable, StripeError
from storefront.models import Order, Payment
from storefront.web import support
from storefront.web.admin import labels
from storefront.web.admin.orders.orders import order_context
from storefront.web.admin.shared import order_or_404, show_error, show_notice, wants_fragment

blueprint = Blueprint("order_refreshes", __name__, url_prefix="/orders/<token>/refresh")


@blueprint.post("")
def create(token: str) -> str | Response:
    """Refresh the order now and show it, with Stripe's answer or the error."""
    order = order_or_404(token)
    error = _refresh(order)
    notice = "" if error else _("Synced. Order status: %(status)s.", status=support.order_status(order.status))
    if wants_fragment():
        context = order_context(order_or_404(token))
        return render_template("admin/orders/_refreshed.html", notice=notice, alert=error, **context)
    if error:
        show_error(error)
    else:
        show_notice(notice)
    return redirect(url_for("admin.orders.show", token=token), 303)


def _refresh(order: Order) -> str:
    """Why Stripe couldn't be asked; "" if it was."""
    if not order.merchant.is_connected:
        return labels.merchant_disconnected()
    try:
        payments.refresh_order(order)
        _sync_refunds_and_disputes(order)
    except (StripeError, SecretUnreadable) as error:
        return labels.stripe_error(error)
    worker.wake_for_emails()
    return ""


def _sync_refunds_and_disputes(order: Order) -> None:
    """Also finds the refunds that were made in Stripe's dashboard."""
    for payment in list(Payment.select().where(Payment.order == order, Payment.succeeded())):
        payments.sync_refunds(payment)
        payments.sync_disputes(payment)
    order.reload()
