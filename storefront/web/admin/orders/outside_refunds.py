"""Marking an order as refunded that was paid outside of Stripe."""

from flask import Blueprint, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from storefront import payments
from storefront.models import OutsidePayment
from storefront.web.admin.shared import order_or_404, show_error, show_notice

blueprint = Blueprint("outside_refunds", __name__, url_prefix="/orders/<token>/mark-as-refunded")


@blueprint.get("")
def new(token: str) -> str | Response:
    """The question. Leads back to the order if there is nothing to mark."""
    order = order_or_404(token)
    if not payments.can_mark_refunded(order):
        return _refused(token)
    return render_template(
        "admin/orders/outside_payments/refund.html", order=order, outside_payment=OutsidePayment.of(order)
    )


@blueprint.post("")
def create(token: str) -> Response:
    """Mark the order as refunded and show it."""
    if not payments.mark_refunded(order_or_404(token), current_user.email):
        return _refused(token)
    show_notice(_("Order marked as refunded."))
    return redirect(url_for("admin.orders.show", token=token), 303)


def _refused(token: str) -> Response:
    show_error(_("Only a paid order that was marked as paid can be marked as refunded."))
    return redirect(url_for("admin.orders.show", token=token), 303)
