"""Money back for an order: the form, and what became of the press."""

import secrets

from flask import Blueprint, abort, redirect, render_template, url_for
from werkzeug.wrappers import Response

from storefront import payments
from storefront.errors import FieldErrors
from storefront.models import Order
from storefront.money import Money
from storefront.web.admin.orders.orders import all_about
from storefront.web.admin.shared import order_or_404, show_notice, show_refusal, submit_refund, wants_fragment
from storefront.web.forms import RefundForm

blueprint = Blueprint("refunds", __name__, url_prefix="/orders/<token>/refunds")


@blueprint.get("/new")
def new(token: str) -> str | Response:
    """The form, in place or as a page, with all that is left; its key is new each time it is opened."""
    order = order_or_404(token)
    left = payments.refundable(order)
    if not left or not order.merchant.is_connected:
        return redirect(url_for("admin.orders.show", token=token))
    form = RefundForm(data={"amount": Money(left, order.currency).decimal_text(), "key": secrets.token_urlsafe(24)})
    return _form(order, form)


@blueprint.get("/new/closed")
def closed(token: str) -> str | Response:
    """The button again, where the form was."""
    if not wants_fragment():
        return redirect(url_for("admin.orders.show", token=token))
    return render_template("admin/orders/refunds/_button.html", **all_about(order_or_404(token)))


@blueprint.post("")
def create(token: str) -> str | Response | tuple[str, int]:
    """Ask Stripe for the refund; the order's page shows what became of it."""
    order = order_or_404(token)
    form = RefundForm()
    form.offer_reasons()
    if not form.validate_on_submit():
        if form.key.errors:
            abort(400)
        return _refused(order, form)
    try:
        words = submit_refund(order, form)
    except FieldErrors as error:
        show_refusal(error, form, Money(payments.refundable(order), order.currency))
        return _refused(order, form)
    if wants_fragment():
        about = all_about(order_or_404(token))
        return render_template("admin/orders/refunds/_created.html", notice=words, alert="", **about)
    show_notice(words)
    return redirect(url_for("admin.orders.show", token=token), 303)


def _form(order: Order, form: RefundForm, alert: str = "") -> str:
    form.offer_reasons()
    template = f"admin/orders/refunds/{'_' if wants_fragment() else ''}new.html"
    left = Money(payments.refundable(order), order.currency)
    return render_template(template, order=order, form=form, left=left, alert=alert, prefix="refund")


def _refused(order: Order, form: RefundForm) -> tuple[str, int]:
    """Words for htmx, which leaves the fields as they were typed (but for the key); else the page anew."""
    if wants_fragment():
        return render_template("components/refund_form_errors.html", form=form, prefix="refund", alert=""), 422
    return _form(order, form), 422
