"""Marking a payment request as paid that was paid by bank transfer, in cash or otherwise."""

from flask import Blueprint, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from storefront import payments
from storefront.models import PaymentRequest
from storefront.payments import CheckoutRequest
from storefront.web.admin.payment_requests.lookup import request_or_404
from storefront.web.admin.shared import show_error, show_notice, submit_outside_payment
from storefront.web.forms import RequestPaymentForm
from storefront.web.support import today

blueprint = Blueprint("request_outside_payments", __name__, url_prefix="/payment-requests/<token>/mark-as-paid")


@blueprint.get("")
def new(token: str) -> str | Response:
    """The form. Once somebody has pressed Pay, it is that of the order."""
    asked = request_or_404(token)
    order = asked.find_order()
    if order is not None:
        return redirect(url_for("admin.outside_payments.new", token=order.token), 303)
    return _page(asked, RequestPaymentForm(name=asked.name, email=asked.email, received=today().isoformat()))


@blueprint.post("")
def create(token: str) -> str | Response | tuple[str, int]:
    """Mark the request as paid, and show its order."""
    asked = request_or_404(token)
    form = RequestPaymentForm()
    form.set_method_choices()
    if not form.validate_on_submit():
        return _page(asked, form), 422
    buyer = CheckoutRequest(form.email.data, form.name.data, visit="", language=asked.language)
    problem = submit_outside_payment(form, lambda received: payments.mark_request_paid(asked, buyer, received))
    if problem:
        show_error(problem)
    else:
        show_notice(_("Payment request marked as paid."))
    order = asked.find_order()
    if order is None:
        return redirect(url_for("admin.payment_requests.index"), 303)
    return redirect(url_for("admin.orders.show", token=order.token), 303)


def _page(asked: PaymentRequest, form: RequestPaymentForm) -> str:
    form.set_method_choices()
    return render_template("admin/payment_requests/mark_as_paid.html", asked=asked, form=form)
