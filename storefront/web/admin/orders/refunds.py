"""Money back for an order: the form, and what became of the press."""

import secrets

from flask import Blueprint, abort, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from storefront.errors import FieldErrors, SecretUnreadable, StripeError
from storefront.models import Order, Payment, Refund
from storefront.money import Money, PriceError, parse_amount
from storefront.payments import refund_balance as standing
from storefront.payments import refunds
from storefront.web.admin.labels import errors as wording
from storefront.web.admin.orders.orders import all_about, find
from storefront.web.admin.shared.htmx import notice, wants_fragment
from storefront.web.forms.refunds import RefundForm
from storefront.web.support.filters import money
from storefront.worker import tasks as jobs

blueprint = Blueprint("refunds", __name__, url_prefix="/orders/<token>/refunds")


@blueprint.get("/new")
def new(token: str) -> str | Response:
    """The form, in place or as a page, with all that is left; its key is new each time it is opened."""
    order = find(token)
    left = standing.left_to_refund(order)
    if not left or not order.merchant.is_connected:
        return redirect(url_for("admin.orders.show", token=token))
    form = RefundForm(data={"amount": Money(left, order.currency).typed(), "key": secrets.token_urlsafe(24)})
    return _form(order, form)


@blueprint.get("/new/closed")
def closed(token: str) -> str | Response:
    """The button again, where the form was."""
    if not wants_fragment():
        return redirect(url_for("admin.orders.show", token=token))
    return render_template("admin/orders/refunds/_button.html", **all_about(find(token)))


@blueprint.post("")
def create(token: str) -> str | Response | tuple[str, int]:
    """Ask Stripe for the refund; the order's page shows what became of it."""
    order = find(token)
    form = RefundForm()
    form.offer_reasons()
    if not form.validate_on_submit():
        if form.key.errors:
            abort(400)
        return _refused(order, form)
    try:
        words = ask(order, form)
    except FieldErrors as error:
        explain(error, form, Money(standing.left_to_refund(order), order.currency))
        return _refused(order, form)
    if wants_fragment():
        about = all_about(find(token))
        return render_template("admin/orders/refunds/_created.html", notice=words, alert="", **about)
    notice(words)
    return redirect(url_for("admin.orders.show", token=token), 303)


def ask(order: Order, form: RefundForm, renewal: Payment | None = None) -> str:
    """Give back what the valid form says, of the order's own payment or of `renewal`: what became of it, in words.

    Raises FieldErrors.
    """
    try:
        amount = parse_amount(form.amount.data, order.currency)
    except PriceError as error:
        code = "amount_format" if error.code == "price_format" else error.code
        raise FieldErrors({"amount": [code]}, decimals=error.decimals, currency=order.currency) from error
    if not order.merchant.is_connected:
        raise FieldErrors({"amount": ["refund_disconnected"]})
    try:
        refund = refunds.request(order, amount.amount, form.reason.data, form.key.data, renewal)
    except (StripeError, SecretUnreadable):
        return _("Stripe gave no answer yet. The refund is written down and goes on by itself; see below.")
    if refund.order != order:
        abort(400)
    jobs.wake_for_letters()
    return _outcome(Refund.get_by_id(refund.id))


def explain(error: FieldErrors, form: RefundForm, left: Money) -> None:
    """Put the refusal at its field, in words."""
    if "left" in error.details:
        error.details["left"] = left
    form.refuse(wording.field_errors(error))
    if "refund_refused" in error.errors.get("amount", ()):
        # That press has its answer; the next one is another refund.
        form.key.data = secrets.token_urlsafe(24)


def _outcome(refund: Refund) -> str:
    amount = money(refund.total)
    if refund.status == "succeeded":
        return _("Refunded: %(amount)s.", amount=amount)
    if refund.status in ("failed", "canceled"):
        return _("The refund of %(amount)s failed; see below.", amount=amount)
    return _("The refund of %(amount)s is on its way.", amount=amount)


def _form(order: Order, form: RefundForm, alert: str = "") -> str:
    form.offer_reasons()
    template = f"admin/orders/refunds/{'_' if wants_fragment() else ''}new.html"
    left = Money(standing.left_to_refund(order), order.currency)
    return render_template(template, order=order, form=form, left=left, alert=alert, prefix="refund")


def _refused(order: Order, form: RefundForm) -> tuple[str, int]:
    """Words for htmx, which leaves the fields as they were typed (but for the key); else the page anew."""
    if wants_fragment():
        return render_template("components/refund_form_errors.html", form=form, prefix="refund", alert=""), 422
    return _form(order, form), 422
