"""A buyer's own order: how it stands, the thank-you page, paying it later. Its token opens it without a cookie."""

import logging
from typing import Literal

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from storefront.errors import SecretUnreadable, StripeError
from storefront.models import Order, Payment
from storefront.money import Money
from storefront.payments import checkout
from storefront.payments import settlement as payments
from storefront.subscriptions import renewal_payment as renewals
from storefront.subscriptions import sync as subscriptions
from storefront.web.forms.checkout import PaymentForm
from storefront.web.shop import messages as wording
from storefront.web.shop import payment_form as paying
from storefront.web.shop import renewals as renewal_pages
from storefront.web.shop import subscription_status as standings
from storefront.web.support import languages
from storefront.web.support.security import csrf, keep_private, require_same_origin
from storefront.worker import tasks as jobs

blueprint = Blueprint("orders", __name__, url_prefix="/orders/<token>")
# Nobody is signed in here: what is sent has to come from our own pages instead (answers_script).
csrf.exempt(blueprint)
blueprint.after_request(keep_private)
log = logging.getLogger(__name__)


@blueprint.get("")
def show(token: str) -> BaseResponse | str:
    """How the order stands, as Stripe says now; a paid one goes on to the thank-you page."""
    order = _order(token)
    asked = _ask_stripe(order)
    if order.status == "paid":
        return redirect(url_for("orders.thank_you", token=token))
    attempt = Payment.current(order)
    return render_template(
        "orders/show.html",
        order=order,
        asked=asked,
        attempt=attempt,
        failure=wording.attempt_failed(attempt.error_code, attempt.decline_code) if attempt else "",
        can_pay=_can_be_paid(order),
        visit=None if order.is_payable else paying.visit_name(order.offer),
        **_subscription(order),
    )


@blueprint.get("/thank-you")
def thank_you(token: str) -> BaseResponse | str:
    """For a paid order only; one whose row isn't final is asked about first."""
    order = _order(token)
    _ask_stripe(order)
    if order.status != "paid":
        return redirect(url_for("orders.show", token=token))
    return render_template(
        "orders/thank_you.html", order=order, visit=paying.visit_name(order.offer), **_subscription(order)
    )


@blueprint.get("/pay")
def pay(token: str) -> BaseResponse | str:
    """The card form for an order that waits for its money, or for that of a later period."""
    order = _order(token)
    if order.is_settled and order.recurs:
        asked = _ask_stripe(order)
        return renewal_pages.show(order, request.args.get("key", ""), asked)
    merchant = order.offer.merchant
    if merchant is None or not _can_be_paid(order):
        return redirect(url_for("orders.show", token=token))
    payment = paying.payment_form(
        merchant,
        url_for("orders.resume_payment", token=token, lang=languages.current()),
        Money(order.unit_amount, order.currency),
        order.quantity,
        email=order.email,
        name=order.name,
        terms=order,
    )
    return render_template("orders/pay.html", order=order, payment=payment)


@blueprint.post("/pay")
@paying.answers_script
def resume_payment(token: str) -> Response:
    """Take up the order's payment at the price it was promised, or that of a later period."""
    order = _order(token)
    if order.is_settled and order.recurs:
        return renewal_pages.start(order)
    form = PaymentForm()
    if not form.validate():
        return paying.field_errors(form)
    address, proof = request.remote_addr or "", form.proof.data or ""
    consent = paying.consent(order) if order.recurs else ""
    return paying.started(checkout.resume(order, form.email.data, form.name.data, address, proof, consent))


@blueprint.post("/pay-link")
def send_pay_link(token: str) -> BaseResponse:
    """Send a fresh link, with which the saved card can be used, to the address that the order has."""
    require_same_origin()
    order = _order(token)
    held = renewals.find(order)
    if held is not None:
        renewals.send_link(held)
        jobs.wake_for_letters()
    return redirect(url_for("orders.pay", token=token, sent=1), code=303)


def _order(token: str) -> Order:
    order = Order.by_token(token) if token.isascii() and token.isprintable() else None
    if order is None:
        abort(404)
    languages.speak(order.language)
    return order


def _ask_stripe(order: Order) -> Literal["answered", "silent", "closed"]:
    """Settle what Stripe says now. A buyer who paid never meets an error page.

    "silent": it can't be asked now; "closed": never again, the account that was to be paid is disconnected.
    """
    before = order.status
    try:
        payments.refresh_order(order)
        subscriptions.refresh_order(order)
    except (StripeError, SecretUnreadable) as error:
        log.warning("order %s could not be refreshed: %s", order.number, type(error).__name__)
        payment = Payment.current(order)
        return "silent" if payment is None or payment.merchant.is_connected else "closed"
    if order.status != before:
        jobs.wake_for_letters()
    return "answered"


def _subscription(order: Order) -> dict[str, object]:
    """What runs on after the first payment, whatever has become of that: a refund, say, ends no subscription."""
    held = renewals.find(order)
    return {
        "held": held,
        "standing": standings.of(held) if held else None,
        "renewed": renewals.just_paid(held) if held else None,
    }


def _can_be_paid(order: Order) -> bool:
    return order.status == "pending" and order.offer.payment_obstacle() is None
