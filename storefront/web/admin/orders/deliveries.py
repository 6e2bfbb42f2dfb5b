"""Sending what an order has bought once more, and giving it to an order that got nothing."""

from flask import Blueprint, redirect, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from storefront import payments, worker
from storefront.web.admin.shared import order_or_404, show_error, show_notice

blueprint = Blueprint("order_deliveries", __name__, url_prefix="/orders/<token>/deliveries")


@blueprint.post("")
def create(token: str) -> Response:
    """Email the customer what the order has bought. An order that got nothing is given what its offer delivers now."""
    order = order_or_404(token)
    if payments.deliver_again(order):
        worker.wake_for_emails()
        show_notice(_("The email is on its way."))
    else:
        show_error(_("There is nothing to send: no license keys are left, or the customer has no access."))
    return redirect(url_for("admin.orders.show", token=token), 303)
