"""Money back for one invoice of a subscription; the rest is as for refunds of an order."""

import secrets

from flask import Blueprint, abort, redirect, render_template, url_for

from storefront import payments
from storefront.errors import FieldErrors
from storefront.models import Invoice, Order, Payment, Subscription
from storefront.money import Money
from storefront.web.admin.labels import subscriptions as subscription_words
from storefront.web.admin.shared import show_refusal, submit_refund, wants_fragment
from storefront.web.admin.subscriptions.responses import Answer, changed
from storefront.web.forms import RefundForm

blueprint = Blueprint("subscription_refunds", __name__, url_prefix="/invoices/<public_id>/refunds")


@blueprint.get("/new")
def new(public_id: str) -> Answer:
    """The form with all that is left of this invoice's payment."""
    invoice = _find(public_id)
    subscription = invoice.subscription
    left = _left(invoice)
    if not left.amount or not subscription.merchant.is_connected:
        return redirect(url_for("admin.subscriptions.show", public_id=subscription.public_id))
    form = RefundForm(data={"amount": left.decimal_text(), "key": secrets.token_urlsafe(24)})
    return _form(invoice, form)


@blueprint.post("")
def create(public_id: str) -> Answer:
    """Ask Stripe for the refund; the subscription's page shows what became of it."""
    invoice = _find(public_id)
    form = RefundForm()
    form.offer_reasons()
    if not form.validate_on_submit():
        if form.key.errors:
            abort(400)
        return _refused(invoice, form)
    try:
        words = submit_refund(invoice.subscription.order, form, _renewal(invoice))
    except FieldErrors as error:
        show_refusal(error, form, _left(invoice))
        return _refused(invoice, form)
    return changed(invoice.subscription, words)


def _find(public_id: str) -> Invoice:
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
    """None for the first invoice: its money is the order's own."""
    payment: Payment | None = invoice.payment
    return payment if payment is not None and payment.is_renewal else None


def _left(invoice: Invoice) -> Money:
    return Money(payments.refundable(invoice.subscription.order, _renewal(invoice)), invoice.currency)


def _form(invoice: Invoice, form: RefundForm) -> str:
    form.offer_reasons()
    subscription = invoice.subscription
    return render_template(
        f"admin/subscriptions/{'_' if wants_fragment() else ''}refund.html",
        invoice=invoice,
        subscription=subscription,
        order=subscription.order,
        form=form,
        left=_left(invoice),
        prefix="refund",
        subscription_words=subscription_words,
    )


def _refused(invoice: Invoice, form: RefundForm) -> Answer:
    if wants_fragment():
        return render_template("components/refund_form_errors.html", form=form, prefix="refund", alert=""), 422
    return _form(invoice, form), 422
