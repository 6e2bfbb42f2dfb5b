"""Withdrawals that the owner has dealt with."""

from flask import Blueprint, redirect, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from storefront import customers
from storefront.web.admin.shared import order_or_404, show_notice

blueprint = Blueprint("order_withdrawals", __name__, url_prefix="/orders/<token>/withdrawal-handling")


@blueprint.post("")
def create(token: str) -> Response:
    """Mark the order's withdrawal as done: it leaves the dashboard."""
    order = order_or_404(token)
    customers.mark_withdrawal_handled(order)
    show_notice(_("Withdrawal marked as done."))
    return redirect(url_for("admin.orders.show", token=token), 303)
