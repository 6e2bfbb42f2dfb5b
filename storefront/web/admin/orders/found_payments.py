"""Payments at Stripe that no order has, as after a restore: the owner creates the order or dismisses the payment."""

from flask import Blueprint, abort, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from storefront import payments, worker
from storefront.errors import SecretUnreadable, StripeError
from storefront.models import FoundPayment, Offer
from storefront.web.admin import labels
from storefront.web.admin.shared import show_notice, wants_fragment
from storefront.web.forms import FoundPaymentForm

blueprint = Blueprint("found_payments", __name__, url_prefix="/found-payments")

# The next ones appear when these are decided.
MOST_SHOWN = 50


@blueprint.get("")
def index() -> str:
    """The payments that wait for a decision, newest first, each with its form."""
    return _render()


@blueprint.post("/<int:found_id>/order")
def create_order(found_id: int) -> str | Response | tuple[str, int]:
    """Create the order and show it."""
    found: FoundPayment = FoundPayment.undecided().where(FoundPayment.id == found_id).first() or abort(404)
    form = _with_offers(FoundPaymentForm(), found, Offer.newest_first())
    if not form.validate_on_submit():
        return _render(found.id, form), 422
    if not found.merchant.is_connected:
        return _render(found.id, form, labels.merchant_disconnected()), 422
    try:
        order = payments.create_found_order(found, int(form.offer.data), form.email.data)
    except payments.NotRestorable:
        return _render(found.id, form, _("This payment doesn’t match the offer: the terms or the amount differ.")), 422
    except (StripeError, SecretUnreadable) as error:
        return _render(found.id, form, labels.stripe_error(error)), 422
    worker.wake_for_emails()
    show_notice(_("Order #%(number)s created.", number=order.number))
    return redirect(url_for("admin.orders.show", token=order.token), 303)


@blueprint.get("/<int:found_id>/dismissal")
def confirm_dismissal(found_id: int) -> str:
    """Ask before the payment is taken off the list: in its place on the page, or on a page of its own."""
    found: FoundPayment = FoundPayment.undecided().where(FoundPayment.id == found_id).first() or abort(404)
    page = "_dismissal.html" if wants_fragment() else "dismissal.html"
    return render_template(f"admin/orders/found_payments/{page}", found=found)


@blueprint.post("/<int:found_id>/dismissal")
def dismiss(found_id: int) -> Response:
    """Take the payment off the list. Nothing changes at Stripe."""
    found = FoundPayment.get_or_none(FoundPayment.id == found_id) or abort(404)
    FoundPayment.decide(found.stripe_id)
    show_notice(_("Payment dismissed. Nothing was changed in Stripe."))
    return redirect(url_for("admin.found_payments.index"), 303)


def _render(of: int = 0, sent: FoundPaymentForm | None = None, alert: str = "") -> str:
    """The page. `sent` is the form that was sent for the payment with the id `of`, and `alert` why it failed."""
    offers = Offer.newest_first()
    shown = list(FoundPayment.undecided().limit(MOST_SHOWN))
    new_forms = {found.id: _with_offers(_new_form(found, offers), found, offers) for found in shown}
    forms = new_forms if sent is None else {**new_forms, of: sent}
    total = FoundPayment.undecided().count()
    return render_template(
        "admin/orders/found_payments/index.html", shown=shown, forms=forms, total=total, of=of, alert=alert
    )


def _new_form(found: FoundPayment, offers: list[Offer]) -> FoundPaymentForm:
    """An offer is chosen if it has the title that Stripe shows."""
    named = (str(offer.id) for offer in offers if offer.title == found.title)
    return FoundPaymentForm(formdata=None, data={"email": found.email, "offer": next(named, "")})


def _with_offers(form: FoundPaymentForm, found: FoundPayment, offers: list[Offer]) -> FoundPaymentForm:
    """The form, with the offers that the payment can be for."""
    form.set_offers([offer for offer in offers if offer.recurs == found.recurs])
    return form
