"""What the offer's page and the order's own share: the payment form, and the answers its script gets."""

import json
import logging
from collections.abc import Callable
from functools import wraps

from flask import Response, jsonify, url_for
from flask_wtf import FlaskForm
from jinja2.utils import htmlsafe_json_dumps
from werkzeug.exceptions import HTTPException

from storefront import worker
from storefront.errors import OfferNotPayable, SecretUnreadable, StripeError, TooManyDeclines
from storefront.models import BillingTerms, Merchant, Offer, OfferObstacle, Order
from storefront.money import Money, display_decimals, stripe_decimals
from storefront.payments import StartedCheckout
from storefront.web import support
from storefront.web.shop import messages
from storefront.web.support import allow_stripe, current_language, money, require_same_origin, stripe_js_url

log = logging.getLogger(__name__)

# Where banks compare a card's postal code, so that Stripe's card element had better ask for it.
POSTAL_CODE_COUNTRIES = ("US", "CA", "GB")


def visit_name(offer: Offer) -> str:
    """What the browser calls the visit key of this offer in its storage."""
    return f"visit-{offer.id}"


def payment_form(
    merchant: Merchant, action: str, unit: Money, quantity: int = 1, terms: BillingTerms | None = None, **more: object
) -> dict[str, object]:
    """What templates/components/payment_form.html needs; lets the page load this merchant's Stripe.js.

    `unit` is the price of one piece, `terms` those of the offer or order that begins with this payment. `more`:
    `max_quantity` and `visit` on an offer's page; `email` and `name` where they are known, `asks_buyer=False` where
    they aren't asked; `saved` (id, brand, last4, expiry, chosen), a card that can be used again; `button`, its label.
    """
    allow_stripe(merchant)
    each = unit.times(quantity)
    return {
        "action": action,
        "merchant": merchant,
        "stripe_js": stripe_js_url(merchant),
        # Stripe.js has no Ukrainian: it goes by the browser then.
        "locale": current_language() if current_language() != "uk" else "auto",
        "unit": unit,
        "asks_buyer": True,
        "saved": None,
        "button": messages.pay_label(terms, money(each)),
        "button_words": messages.pay_label(terms, "{}"),
        "terms": terms.terms_code() if terms else "",
        "charges": support.charge_schedule(terms, support.marked_amount(each)) if terms else [],
        "consent": support.consent_text(terms, support.marked_amount(each)) if terms else "",
        "asks_postal_code": merchant.country in POSTAL_CODE_COUNTRIES,
        "decimals": stripe_decimals(unit.currency),
        "shown_decimals": display_decimals(unit.currency),
        "words": htmlsafe_json_dumps(messages.checkout_words(terms), dumps=json.dumps, ensure_ascii=False),
        **more,
    }


def consent(order: Order) -> str:
    """The words that stand beside the button of the order's own page: what its buyer agrees to by pressing it."""
    return support.consent_text(order, support.plain_amount(order.each_time))


def answers_script(view: Callable[..., Response]) -> Callable[..., Response]:
    """Let a view answer static/js/checkout.js: only our own pages may ask, all errors are JSON, nothing is kept."""

    @wraps(view)
    def answer(*args: object, **kwargs: object) -> Response:
        try:
            require_same_origin()
            response = view(*args, **kwargs)
        except HTTPException as error:
            response = _refused(error.code or 400, messages.refusal(error.code or 400))
        except OfferNotPayable as error:
            log.warning("a payment could not be started: %s", error.reason)
            gone = error.reason in (OfferObstacle.DRAFT, OfferObstacle.ARCHIVED)
            response = _refused(404 if gone else 503, messages.not_payable(error))
        except TooManyDeclines as error:
            response = _too_many(error)
        except (StripeError, SecretUnreadable) as error:
            log.warning("a payment could not be started: %s %s", type(error).__name__, getattr(error, "code", ""))
            response = _refused(503, str(messages.STRIPE_AWAY if error.is_transient else messages.NOT_NOW))
        response.cache_control.no_store = True
        return response

    return answer


def _refused(status: int, words: str) -> Response:
    response = jsonify(error=words)
    response.status_code = status
    return response


def _too_many(error: TooManyDeclines) -> Response:
    way_on = {"challenge": error.challenge} if error.challenge else {}
    response = jsonify(error=str(messages.TOO_MANY_DECLINES), retry_after=error.retry_after, **way_on)
    response.status_code = 429
    response.retry_after = error.retry_after
    return response


def field_errors(form: FlaskForm) -> Response:
    """422: {field: [words]}."""
    response = jsonify(errors=form.errors)
    response.status_code = 422
    return response


def price_changed(total: Money, unit: Money) -> Response:
    """422: the buyer's page showed another total. Beside the words all that it needs to show the new one in place."""
    response = jsonify(
        errors={"price": [messages.price_changed(money(total))]},
        price=money(unit),
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
    """422: the buyer's page showed another rhythm; only a fresh page shows all of the new one."""
    response = jsonify(errors={"price": [messages.terms_changed()]})
    response.status_code = 422
    return response


def started(result: StartedCheckout) -> Response:
    """200: the client secret to confirm with a card and its kind of intent, or where to go: nothing is left to pay."""
    token = result.order.token
    if result.client_secret is None:
        # Money that was there already has just been noticed.
        worker.wake_for_emails()
        return jsonify(next=url_for("orders.show", token=token), order=token)
    return jsonify(client_secret=result.client_secret, intent=result.intent, order=token)
