"""Marking an order as paid that was paid by bank transfer, in cash or otherwise."""

from flask import Blueprint, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from storefront import payments
from storefront.models import Order
from storefront.web.admin.shared import (
    MARKING_OBSTACLES,
    order_or_404,
    show_error,
    show_notice,
    submit_outside_payment,
)
from storefront.web.forms import OutsidePaymentForm
from storefront.web.support import today

blueprint = Blueprint("outside_payments", __name__, url_prefix="/orders/<token>/mark-as-paid")


@blueprint.get("")
def new(token: str) -> str | Response:
    """The form. Leads back to the order, with the reason, if the order can't be marked as paid."""
    order = order_or_404(token)
    obstacle = payments.marking_obstacle(order)
    if obstacle is not None:
        show_error(str(MARKING_OBSTACLES[obstacle]))
        return redirect(url_for("admin.orders.show", token=token), 303)
    return _page(order, OutsidePaymentForm(received=today().isoformat()))


@blueprint.post("")
def create(token: str) -> str | Response | tuple[str, int]:
    """Mark the order as paid and show it."""
    order = order_or_404(token)
    form = OutsidePaymentForm()
    form.set_method_choices()
    if not form.validate_on_submit():
        return _page(order, form), 422
    problem = submit_outside_payment(form, lambda received: payments.mark_paid(order, received))
    if problem:
        show_error(problem)
    else:
        show_notice(_("Order marked as paid."))
    return redirect(url_for("admin.orders.show", token=token), 303)


def _page(order: Order, form: OutsidePaymentForm) -> str:
    form.set_method_choices()
    return render_template("admin/orders/outside_payments/new.html", order=order, form=form)
