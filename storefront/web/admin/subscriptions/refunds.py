"""Refunds of one invoice of a subscription."""

from flask import Blueprint, abort, redirect, render_template, url_for

from storefront import payments
from storefront.errors import FieldErrors
from storefront.models import Invoice, Order, Payment, Subscription
from storefront.money import Money
from storefront.web.admin.shared import (
    add_refund_errors,
    new_refund_form,
    requires_recent_password,
    submit_refund,
    wants_fragment,
)
from storefront.web.admin.subscriptions.responses import ViewResult, show_updated
from storefront.web.forms import RefundForm

blueprint = Blueprint("subscription_refunds", __name__, url_prefix="/invoices/<public_id>/refunds")


@blueprint.get("/new")
def new(public_id: str) -> ViewResult:
    """The form. Redirects to the subscription if nothing can be refunded."""
    invoice = _invoice_or_404(public_id)
    subscription = invoice.subscription
    refundable = _refundable(invoice)
    if not refundable.amount or not subscription.merchant.is_connected:
        return redirect(url_for("admin.subscriptions.show", public_id=subscription.public_id))
    return _render_form(invoice, new_refund_form(refundable))


@blueprint.post("")
@requires_recent_password
def create(public_id: str) -> ViewResult:
    """Refund the invoice and show the subscription."""
    invoice = _invoice_or_404(public_id)
    form = RefundForm()
    form.set_reason_choices()
    if not form.validate_on_submit():
        if form.key.errors:
            abort(400)
        return _render_errors(invoice, form)
    try:
        notice = submit_refund(invoice.subscription.order, form, _renewal(invoice))
    except FieldErrors as error:
        add_refund_errors(error, form, invoice.currency)
        return _render_errors(invoice, form)
    return show_updated(invoice.subscription, notice)


def _invoice_or_404(public_id: str) -> Invoice:
    found: Invoice | None = (
        Invoice.select(Invoice, Subscription, Order, Payment)
        .join(Subscription)
        .join(Order)
        .switch(Invoice)
        .join(Payment)
        .where(Invoice.public_id == public_id)
        .first()
    )
    return found or abort(404)


def _renewal(invoice: Invoice) -> Payment | None:
    """The payment of a renewal's invoice. None for the first invoice, which is paid by the order's own payment."""
    payment: Payment | None = invoice.payment
    return payment if payment is not None and payment.is_renewal else None


def _refundable(invoice: Invoice) -> Money:
    return Money(payments.refundable(invoice.subscription.order, _renewal(invoice)), invoice.currency)


def _render_form(invoice: Invoice, form: RefundForm) -> str:
    form.set_reason_choices()
    subscription = invoice.subscription
    return render_template(
        f"admin/subscriptions/{'_' if wants_fragment() else ''}refund.html",
        invoice=invoice,
        subscription=subscription,
        order=subscription.order,
        form=form,
        refundable=_refundable(invoice),
        prefix="refund",
    )


def _render_errors(invoice: Invoice, form: RefundForm) -> ViewResult:
    if wants_fragment():
        return render_template("components/refund_form_errors.html", form=form, prefix="refund", alert=""), 422
    return _render_form(invoice, form), 422
