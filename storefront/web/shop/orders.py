"""A buyer's own order: how it stands, the thank-you page, paying it later. Its token opens it without a cookie."""

import logging
from typing import Literal

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from storefront import payments, subscriptions, worker
from storefront.errors import SecretUnreadable, StripeError
from storefront.models import Order, Payment
from storefront.money import Money
from storefront.web import support
from storefront.web.forms import PaymentForm
from storefront.web.shop import messages, payment_form, subscription_status
from storefront.web.shop import renewals as renewal_pages
from storefront.web.shop.renewals import start
from storefront.web.support import csrf, keep_private, require_same_origin

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
        failure=messages.attempt_failed(attempt.error_code, attempt.decline_code) if attempt else "",
        can_pay=_can_be_paid(order),
        visit=None if order.is_payable else payment_form.visit_name(order.offer),
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
        "orders/thank_you.html", order=order, visit=payment_form.visit_name(order.offer), **_subscription(order)
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
    payment = payment_form.payment_form(
        merchant,
        url_for("orders.resume_payment", token=token, lang=support.current_language()),
        Money(order.unit_amount, order.currency),
        order.quantity,
        email=order.email,
        name=order.name,
        terms=order,
    )
    return render_template("orders/pay.html", order=order, payment=payment)


@blueprint.post("/pay")
@payment_form.answers_script
def resume_payment(token: str) -> Response:
    """Take up the order's payment at the price it was promised, or that of a later period."""
    order = _order(token)
    if order.is_settled and order.recurs:
        return start(order)
    form = PaymentForm()
    if not form.validate():
        return payment_form.field_errors(form)
    address, proof = request.remote_addr or "", form.proof.data or ""
    consent = payment_form.consent(order) if order.recurs else ""
    return payment_form.started(
        payments.resume_checkout(order, form.email.data, form.name.data, address, proof, consent)
    )


@blueprint.post("/pay-link")
def send_pay_link(token: str) -> BaseResponse:
    """Send a fresh link, with which the saved card can be used, to the address that the order has."""
    require_same_origin()
    order = _order(token)
    held = subscriptions.subscription_of_order(order)
    if held is not None:
        subscriptions.send_pay_link(held)
        worker.wake_for_emails()
    return redirect(url_for("orders.pay", token=token, sent=1), code=303)


def _order(token: str) -> Order:
    order = Order.by_token(token) if token.isascii() and token.isprintable() else None
    if order is None:
        abort(404)
    support.set_page_language(order.language)
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
        worker.wake_for_emails()
    return "answered"


def _subscription(order: Order) -> dict[str, object]:
    """What runs on after the first payment, whatever has become of that: a refund, say, ends no subscription."""
    held = subscriptions.subscription_of_order(order)
    return {
        "held": held,
        "standing": subscription_status.describe_status(held) if held else None,
        "renewed": subscriptions.recently_recovered_invoice(held) if held else None,
    }


def _can_be_paid(order: Order) -> bool:
    return order.status == "pending" and order.offer.payment_obstacle() is None
