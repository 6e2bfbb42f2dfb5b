"""The payment form of the offer page and the order pages, and the JSON answers for its script."""

import logging
from collections.abc import Callable
from datetime import date
from functools import wraps

from flask import Response, jsonify, request, url_for
from flask_wtf import FlaskForm
from werkzeug.exceptions import HTTPException

from storefront import stripe_gateway, worker
from storefront.db import VANISHED_ROW_ERRORS, is_row_gone
from storefront.errors import (
    CheckoutRefused,
    FieldErrors,
    OfferNotPayable,
    SecretUnreadable,
    StripeError,
    TooManyCodes,
    TooManyDeclines,
)
from storefront.models import BillingTerms, Merchant, Offer, OfferObstacle
from storefront.money import Money, display_decimals, stripe_decimals
from storefront.payments import StartedCheckout
from storefront.web import support
from storefront.web.shop import messages, script_messages
from storefront.web.support import allow_stripe, current_language, money, require_same_origin

log = logging.getLogger(__name__)

# Countries whose banks compare the card's postal code: Stripe's card element asks for it there.
POSTAL_CODE_COUNTRIES = ("US", "CA", "GB")


def visit_storage_key(offer: Offer) -> str:
    """The localStorage entry in which the browser keeps its visit key for this offer."""
    return f"visit-{offer.id}"


def card_field(merchant: Merchant) -> dict[str, object]:
    """What templates need for Stripe's card field. Lets the page load this merchant's Stripe.js."""
    allow_stripe(merchant)
    return {
        "merchant": merchant,
        "stripe_js": stripe_gateway.js_address(merchant),
        # Stripe.js has no Ukrainian: it uses the browser's language then.
        "locale": current_language() if current_language() != "uk" else "auto",
        "asks_postal_code": merchant.country in POSTAL_CODE_COUNTRIES,
    }


def payment_form(
    merchant: Merchant,
    action: str,
    unit: Money,
    quantity: int = 1,
    terms: BillingTerms | None = None,
    today: date | None = None,
    **more: object,
) -> dict[str, object]:
    """What templates/components/payment_form.html needs. Lets the page load this merchant's Stripe.js.

    `unit` is the price of one piece, `terms` are those of the offer or order that this payment starts, with
    their charges from `today` on. `more`:
    `max_quantity`, `min_quantity`, `asks_quantity`, `visit` on an offer's page; `email` and `name` if they are known;
    `due`, the first charge where the page can't compute it of `unit`; `wallets` if not all of the merchant's may pay;
    `mode`, that of Stripe's Elements where the terms don't say it;
    `asks_customer=False` if the form must not ask for them; `saved` (id, is_link, brand, last4, expiry, chosen), a card
    that can be used again, or Link; `button`, its label; `questions` with what is said of each without an answer, in
    `questions_language`.
    """
    per_charge = unit.times(quantity)
    return {
        **card_field(merchant),
        "action": action,
        "unit": unit,
        "asks_customer": True,
        "saved": None,
        "button": messages.checkout_button(terms, money(per_charge)),
        "button_template": messages.checkout_button(terms, "{}"),
        "terms": terms.terms_code() if terms else "",
        "charges": _charges(terms, per_charge, today),
        "consent": support.consent_text(terms, support.marked_amount(per_charge)) if terms else "",
        "decimals": stripe_decimals(unit.currency),
        "display_decimals": display_decimals(unit.currency),
        "script_messages": script_messages.checkout_json(*([terms] if terms else [])),
        "options": [],
        "wallets": merchant.wallets,
        **more,
    }


def _charges(terms: BillingTerms | None, per_charge: Money, today: date | None) -> list[tuple[str, str]]:
    if terms is None or not terms.recurs:
        return []
    return support.charge_schedule(terms, support.marked_amount(per_charge), today or support.today())


def json_answers(view: Callable[..., Response]) -> Callable[..., Response]:
    """Decorate a view that static/js/checkout.js calls: same origin only, errors as JSON, answers are never cached."""

    @support.answers_script
    @wraps(view)
    def answer(*args: object, **kwargs: object) -> Response:
        try:
            require_same_origin()
            response = view(*args, **kwargs)
        except HTTPException as error:
            response = _error(error.code or 400, messages.http_error(error.code or 400))
        except OfferNotPayable as error:
            log.warning("a payment could not be started: %s", error.reason)
            not_for_sale = error.reason in (OfferObstacle.DRAFT, OfferObstacle.ARCHIVED)
            response = _error(404 if not_for_sale else 503, messages.offer_not_payable(error))
        except CheckoutRefused as error:
            response = _limit_reached(error)
        except VANISHED_ROW_ERRORS as error:
            if not is_row_gone(error):
                raise
            support.log_vanished_row(error)
            response = _error(503, str(messages.PAGE_OUTDATED))
        except (StripeError, SecretUnreadable) as error:
            log.warning("a payment could not be started: %s %s", type(error).__name__, getattr(error, "code", ""))
            response = _error(
                503, str(messages.STRIPE_UNREACHABLE if error.is_transient else messages.MERCHANT_UNAVAILABLE)
            )
            support.set_retry_after(response, error)
        response.cache_control.no_store = True
        return response

    return answer


def _error(status: int, message: str) -> Response:
    response = jsonify(error=message)
    response.status_code = status
    return response


def _limit_reached(error: CheckoutRefused) -> Response:
    declines = isinstance(error, TooManyDeclines)
    message = str(messages.TOO_MANY_DECLINES) if declines else messages.too_many_checkouts(error.retry_after)
    if isinstance(error, TooManyCodes):
        message = str(messages.TOO_MANY_CODES)
    challenge = {"challenge": error.challenge} if error.challenge else {}
    response = jsonify(error=message, retry_after=error.retry_after, **challenge)
    response.status_code = 429
    response.retry_after = error.retry_after
    return response


def field_errors(form: FlaskForm, others: dict[str, list[str]] | None = None) -> Response:
    """422: {field: [messages]}; `others` are those of fields that are not part of the form."""
    response = jsonify(errors=form.errors | (others or {}))
    response.status_code = 422
    return response


def choice_refused(error: FieldErrors) -> Response:
    """422: what the customer chose or typed can't be bought."""
    response = jsonify(errors={name: [messages.choice_refused(error)] for name in error.errors})
    response.status_code = 422
    return response


def payer_refused(error: FieldErrors) -> Response:
    """422: an order that has been placed can't be paid with the email that was typed."""
    response = jsonify(errors={"email": [messages.choice_refused(error)]})
    response.status_code = 422
    return response


def price_changed(total: Money, unit: Money) -> Response:
    """422: the customer's page showed another total. `price` and `terms` let the script update the page."""
    response = jsonify(
        errors={"price": [messages.price_changed(money(total))]},
        price=money(unit),
        # Attributes of the form's dataset.
        terms={
            "unit": str(unit.amount),
            "currency": unit.currency,
            "decimals": str(stripe_decimals(unit.currency)),
            "shownDecimals": str(display_decimals(unit.currency)),
        },
    )
    response.status_code = 422
    return response


def terms_changed() -> Response:
    """422: the customer's page showed other billing terms. The customer has to reload the page."""
    response = jsonify(errors={"price": [messages.terms_changed()]})
    response.status_code = 422
    return response


def checkout_started(result: StartedCheckout, rendered: Merchant | None = None) -> Response:
    """200: the client secret to confirm and the kind of intent; or, if nothing is left to pay, the order's address.

    With the publishable key of the account that is paid, if it isn't the one that the page has: that of `rendered`,
    unless the page says it.
    """
    token = result.order.token
    # The customer comes back in a moment, having paid.
    result.order.forget_question()
    if result.client_secret is None:
        # An earlier payment has just been found: its emails may be waiting.
        worker.wake_for_emails()
        return jsonify(next=url_for("orders.show", token=token), order=token)
    answer = {"client_secret": result.client_secret, "intent": result.intent, "order": token}
    key = result.order.merchant.publishable_key
    if key != (request.form.get("publishable_key") or (rendered.publishable_key if rendered else key)):
        answer["publishable_key"] = key
    return jsonify(answer)
