"""Asking Stripe about an order again."""

from flask import Blueprint, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from storefront.errors import SecretUnreadable, StripeError
from storefront.models import Order, Payment
from storefront.payments import disputes, refunds
from storefront.payments import settlement as payments
from storefront.web.admin.labels import errors as wording
from storefront.web.admin.orders.orders import all_about, find
from storefront.web.admin.shared.htmx import alarm, notice, wants_fragment
from storefront.worker import tasks as jobs

blueprint = Blueprint("order_refreshes", __name__, url_prefix="/orders/<token>/refresh")


@blueprint.post("")
def create(token: str) -> str | Response:
    """Ask now; the page shows what Stripe said."""
    order = find(token)
    problem = _refresh(order)
    words = "" if problem else _("Asked Stripe. The order is: %(status)s.", status=wording.order_status(order.status))
    if wants_fragment():
        about = all_about(find(token))
        return render_template("admin/orders/_refreshed.html", notice=words, alert=problem, **about)
    if problem:
        alarm(problem)
    else:
        notice(words)
    return redirect(url_for("admin.orders.show", token=token), 303)


def _refresh(order: Order) -> str:
    """Why Stripe couldn't be asked, in words; "" when it was."""
    if not order.merchant.is_connected:
        return wording.disconnected()
    try:
        payments.refresh_order(order)
        _ask_what_went_back(order)
    except SecretUnreadable:
        return wording.secret_unreadable()
    except StripeError as error:
        return wording.stripe_problem(error)
    jobs.wake_for_letters()
    return ""


def _ask_what_went_back(order: Order) -> None:
    """Refunds and disputes of what was paid, also those made at Stripe."""
    for payment in list(Payment.select().where(Payment.order == order, Payment.status == "succeeded")):
        refunds.sync(payment)
        disputes.sync(payment)
    order.reload()
