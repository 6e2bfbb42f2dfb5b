"""A payment request: who asks, for what, how much, until when. The token in the address gives access."""

from flask import Blueprint, Response, abort, jsonify, make_response, render_template, request, url_for

from storefront import payments, pricing
from storefront.errors import RequestClosed
from storefront.models import PaymentRequest, RequestState, charge_obstacle
from storefront.offers import withdrawal_terms
from storefront.payments import CheckoutRequest
from storefront.web import support
from storefront.web.forms import CheckoutForm
from storefront.web.shop import legal_terms, payment_form
from storefront.web.support import csrf, keep_private

blueprint = Blueprint("payment_requests", __name__, url_prefix="/r/<token>")
# There is no session that could hold a CSRF token: POST requests must come from our own origin instead.
csrf.exempt(blueprint)
blueprint.after_request(keep_private)


@blueprint.get("")
def show(token: str) -> Response:
    """The request with its payment form; or that it is paid, canceled or over."""
    asked = _request_or_404(token)
    payment = _payment(asked) if asked.is_open and charge_obstacle(asked.merchant, asked.currency) is None else None
    quote = pricing.request_quote(asked)
    page = render_template(
        "shop/payment_request.html",
        asked=asked,
        price=quote.unit,
        tax=support.tax_row(quote.tax, quote.tax_now),
        payment=payment,
        visit=None,
    )
    return make_response(page)


@blueprint.post("/checkout")
@payment_form.json_answers
def start(token: str) -> Response:
    """Start or resume the payment. Whoever comes second is led to the order's page or back to the request's."""
    asked = _request_or_404(token)
    legal = support.current_legal()
    form = CheckoutForm(1, legal.asks_consent)
    if not form.validate():
        return payment_form.field_errors(form)
    buyer = CheckoutRequest(
        email=form.email.data,
        name=form.name.data,
        visit="",
        language=support.current_language(),
        terms_consent=legal_terms.consent_words(legal) if legal.asks_consent else "",
        address=request.remote_addr or "",
        proof=form.proof.data or "",
    )
    try:
        return payment_form.checkout_started(payments.start_request(asked, buyer))
    except RequestClosed:
        return jsonify(next=url_for(".show", token=token))


def _payment(asked: PaymentRequest) -> dict[str, object]:
    """The payment form, with what the law wants before the payment."""
    legal, terms = support.current_legal(), withdrawal_terms(asked)
    return payment_form.payment_form(
        asked.merchant,
        url_for(".start", token=asked.token, lang=support.current_language()),
        asked.total,
        email=asked.email,
        name=asked.name,
        withdrawal=legal_terms.withdrawal_sentence(
            int(str(terms["withdrawal_days"])), str(terms["no_withdrawal_reason"])
        ),
        terms_consent=legal_terms.consent_with_links(legal) if legal.asks_consent else "",
        legal=legal,
    )


def _request_or_404(token: str) -> PaymentRequest:
    found = PaymentRequest.by_token(token) if token.isascii() and token.isprintable() else None
    if found is None:
        abort(404)
    support.set_page_language(found.language)
    return found


@blueprint.app_template_test("paid_request")
def is_paid(asked: PaymentRequest) -> bool:
    """Whether a request is paid."""
    return asked.state == RequestState.PAID
