"""Abandoned checkouts: orders that were started and not paid, and the link to pay that is sent to their customers."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from storefront import customers, worker
from storefront.i18n import isolate
from storefront.models import Order
from storefront.models.search import AbandonedSearch
from storefront.web.admin.orders.orders import order_context
from storefront.web.admin.shared import (
    ListAddress,
    mode_from_query,
    order_or_404,
    place_in_list,
    show_error,
    show_notice,
    typed_mode,
    wants_fragment,
)
from storefront.web.support import form_page

blueprint = Blueprint("abandoned_checkouts", __name__, url_prefix="/orders")


@blueprint.get("/abandoned")
def index() -> str:
    """The newest orders that were started and not paid, each with its reason."""
    page = AbandonedSearch(mode_from_query()).page(place_in_list())
    address = ListAddress("admin.abandoned_checkouts.index", mode=typed_mode())
    template = "admin/orders/abandoned/_list.html" if wants_fragment() else "admin/orders/abandoned/index.html"
    return render_template(template, page=page, orders=page.rows, address=address)


@blueprint.post("/<token>/payment-link")
def create(token: str) -> Response | str:
    """Send the link to the customer."""
    order = order_or_404(token)
    problem = _problem(order)
    notice = "" if problem else _("Payment link sent to %(email)s.", email=isolate(order.email))
    if wants_fragment():
        context = order_context(order_or_404(token))
        return render_template("admin/orders/_refreshed.html", notice=notice, alert=problem, **context)
    if problem:
        show_error(problem)
    else:
        show_notice(notice)
    back = url_for("admin.orders.show", token=token)
    return redirect(form_page() if "list" in request.form else back, 303)


def _problem(order: Order) -> str:
    """Why no link was sent; "" if it was."""
    if not customers.can_send_payment_link(order):
        return _("This order can’t be paid now.")
    if not customers.send_payment_link(order):
        return _("This customer had a payment link within the last hour, or 3 today. Try again later.")
    worker.wake_for_emails()
    return ""
