"""A customer's order: status, thank-you page and later payment. The order's token in the address gives access."""

import logging
from typing import Literal

from flask import Blueprint, Response, abort, current_app, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from storefront import delivery, payments, pricing, stripe_gateway, subscriptions, worker
from storefront.db import STORAGE_ERRORS, storage_trouble
from storefront.errors import FieldErrors, SecretUnreadable, StripeError
from storefront.models import Dispute, Document, Order, OrderAnswer, OrderStatus, Payment, Refund, ShownOrder
from storefront.money import Money
from storefront.subscriptions import CustomerSubscription
from storefront.web import support
from storefront.web.forms import PaymentForm
from storefront.web.shop import (
    legal_terms,
    messages,
    payment_form,
    quotes,
    redirects,
    renewals,
    subscription_status,
    withdrawals,
)
from storefront.web.support import csrf, keep_private, require_same_origin

blueprint = Blueprint("orders", __name__, url_prefix="/orders/<token>")
# There is no session that could hold a CSRF token: POST requests must come from our own origin instead.
csrf.exempt(blueprint)
blueprint.before_request(support.remove_return_parameters)
blueprint.after_request(keep_private)
log = logging.getLogger(__name__)

# Outcome of a refresh: unneeded, as nothing is open; done; recent, because Stripe was asked a moment ago; or Stripe
# can't be reached now; or never again, because the merchant is disconnected; or what Stripe says can't be stored now.
Refreshed = Literal["unneeded", "done", "recent", "unreachable", "disconnected", "not_stored"]


@blueprint.get("")
def show(token: str) -> BaseResponse | str:
    """The order's status, refreshed from Stripe. A paid order redirects to the thank-you page."""
    shown = _shown_order_or_404(token)
    order, found = shown.order, subscriptions.subscription_of_order(shown.order)
    refreshed = _refresh(order, found)
    if order.status == OrderStatus.PAID:
        return redirect(url_for("orders.thank_you", token=token))
    attempt = Payment.current(order)
    return render_template(
        "orders/show.html",
        order=order,
        refreshed=refreshed,
        attempt=attempt,
        failure=messages.failure_message(attempt.error_code, attempt.decline_code) if attempt else "",
        can_pay=_can_be_paid(order),
        dispute=Dispute.latest(order) if order.status == OrderStatus.DISPUTED else None,
        visit=None if order.is_payable else payment_form.visit_storage_key(order.offer),
        withdrawal=withdrawals.withdrawal_view(order),
        answers=OrderAnswer.of(order),
        documents=shown.documents if refreshed == "unneeded" else Document.of_order(order),
        **_refund_context(order),
        **_subscription_context(order, refreshed, found),
        delivered=delivery.delivered(order),
    )


@blueprint.get("/thank-you")
def thank_you(token: str) -> BaseResponse | str:
    """The confirmation of a paid order. Any other order redirects to its status page."""
    shown = _shown_order_or_404(token)
    order, found = shown.order, subscriptions.subscription_of_order(shown.order)
    refreshed = _refresh(order, found)
    if order.status != OrderStatus.PAID:
        return redirect(url_for("orders.show", token=token))
    if address := redirects.next_address(order):
        return redirect(address, 303)
    return render_template(
        "orders/thank_you.html",
        onward=redirects.onward_link(order),
        order=order,
        visit=payment_form.visit_storage_key(order.offer),
        withdrawal=withdrawals.withdrawal_view(order),
        card=_card(shown, refreshed, found),
        answers=OrderAnswer.of(order),
        documents=shown.documents if refreshed == "unneeded" else Document.of_order(order),
        receipt_sent=current_app.config["SHOP"].smtp_url is not None,
        delivered=delivery.delivered(order),
        **_subscription_context(order, refreshed, found),
    )


@blueprint.get("/pay")
def pay(token: str) -> BaseResponse | str:
    """The payment form for an unpaid order, or for the open invoice of its subscription."""
    order = _order_or_404(token)
    if order.is_settled and order.recurs:
        refreshed = _refresh(order, subscriptions.subscription_of_order(order))
        return renewals.show(order, request.args.get("key", ""), refreshed)
    merchant = order.payee
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
        due=order.total,
        withdrawal=legal_terms.withdrawal_sentence(order.withdrawal_days, order.no_withdrawal_reason),
        **quotes.promised(order),
    )
    return render_template("orders/pay.html", order=order, payment=payment, answers=OrderAnswer.of(order))


@blueprint.post("/pay")
@payment_form.json_answers
def resume_payment(token: str) -> Response:
    """Resume the order's payment at the price it was created with, or start the payment of its open invoice."""
    order = _order_or_404(token)
    if order.is_settled and order.recurs:
        return renewals.start_payment(order)
    form = PaymentForm()
    if not form.validate():
        return payment_form.field_errors(form)
    address, proof, rendered = request.remote_addr or "", form.proof.data or "", order.merchant
    consent = quotes.consent_text(pricing.quote_of(order)) if order.recurs else ""
    try:
        started = payments.resume_checkout(order, form.email.data, form.name.data, address, proof, consent)
    except FieldErrors as refused:
        # The order has a promo code that the customer with this email has used before.
        return payment_form.payer_refused(refused)
    return payment_form.checkout_started(started, rendered)


@blueprint.post("/pay-link")
def send_pay_link(token: str) -> BaseResponse:
    """Email a new link, which allows paying with the saved card, to the order's address."""
    require_same_origin()
    order = _order_or_404(token)
    customer_subscription = subscriptions.subscription_of_order(order)
    if customer_subscription is not None:
        subscriptions.send_pay_link(customer_subscription)
        worker.wake_for_emails()
    return redirect(url_for("orders.pay", token=token, sent=1), code=303)


def _order_or_404(token: str) -> Order:
    """The order, with the page in its language unless the visitor chose another."""
    return _shown_order_or_404(token).order


def _shown_order_or_404(token: str) -> ShownOrder:
    """The order as `_order_or_404` has it, with what its pages show."""
    found = ShownOrder.by_token(token) if token.isascii() and token.isprintable() else None
    if found is None:
        abort(404)
    support.set_page_language(found.order.language)
    return found


def _refresh(order: Order, found: CustomerSubscription | None) -> Refreshed:
    """Update the order and its subscription `found` from Stripe. Never fails: a customer who paid sees no error page.

    Whoever has the page's address may open it again and again, so Stripe is asked only every few seconds. Until an
    answer is stored, "unreachable" makes the page say that the payment is being checked.
    """
    try:
        if not payments.needs_refresh(order) and not subscriptions.needs_refresh(found):
            return "unneeded"
        if not order.claim_question():
            return "recent" if order.is_answer_fresh() else _without_answer(order)
        before = _state(order)
        with stripe_gateway.for_page_view():
            payments.refresh_order(order)
            subscriptions.refresh_order(order)
        order.record_answer()
        if _state(order) != before:
            order.forget_question()
    except (StripeError, SecretUnreadable) as error:
        log.warning("order %s could not be refreshed: %s", order.number, type(error).__name__)
        return _without_answer(order)
    except STORAGE_ERRORS as error:
        if storage_trouble(error) is None:
            raise
        log.error("order %s could not be refreshed", order.number, exc_info=error)
        # The failed transaction has changed the object in memory only.
        order.reload()
        return "not_stored"
    if order.status != before[0]:
        worker.wake_for_emails()
    return "done"


def _without_answer(order: Order) -> Refreshed:
    payment = Payment.current(order)
    return "unreachable" if payment is None or payment.merchant.is_connected else "disconnected"


def _state(order: Order) -> tuple[object, ...]:
    """What changes when the customer does something at Stripe."""
    payment, found = Payment.current(order), subscriptions.subscription_of_order(order)
    paid = (payment.status, payment.attempt) if payment else ()
    subscription = (found.subscription.status, found.subscription.card_id) if found else ()
    waiting = (found.waiting.id, found.waiting.needs) if found and found.waiting else ()
    return order.status, *paid, *subscription, *waiting


def _subscription_context(order: Order, refreshed: Refreshed, found: CustomerSubscription | None) -> dict[str, object]:
    """The order's subscription for the templates, whatever the order's status: a refund does not end a subscription.

    `found` was read before the refresh.
    """
    customer_subscription = found if refreshed == "unneeded" else subscriptions.subscription_of_order(order)
    if customer_subscription is None:
        return {"customer_subscription": None}
    return {
        "customer_subscription": customer_subscription,
        "subscription_status": subscription_status.describe_status(customer_subscription),
        "paid_renewal": subscriptions.recently_recovered_invoice(customer_subscription),
    }


def _refund_context(order: Order) -> dict[str, object]:
    """What was given back, or is on its way, and what is left."""
    was_refunded = order.status in (OrderStatus.REFUNDED, OrderStatus.PARTIALLY_REFUNDED)
    refunded = Money(Refund.sum_of(order) if was_refunded else 0, order.currency)
    return {"refunded": refunded, "net": Money(order.amount - refunded.amount, order.currency)}


def _card(shown: ShownOrder, refreshed: Refreshed, found: CustomerSubscription | None) -> str:
    """The card that has paid, or that will: `Visa •••• 4242`; "" if it is unknown. `shown` is of before the refresh."""
    paid_with = found.subscription if found is not None else None
    if paid_with is not None:
        brand, last4 = paid_with.card_brand, paid_with.card_last4
    else:
        brand, last4 = shown.card if refreshed == "unneeded" else Payment.card_of(shown.order)
    return support.card_name(brand, last4) if brand else ""


def _can_be_paid(order: Order) -> bool:
    return order.status == OrderStatus.PENDING and order.payment_obstacle() is None
