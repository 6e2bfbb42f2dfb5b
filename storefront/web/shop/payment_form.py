"""What the offer's page and the order's own share: the payment form, and the answers its script gets."""

import json
import logging
from collections.abc import Callable
from functools import wraps

from flask import Response, jsonify, url_for
from flask_wtf import FlaskForm
from jinja2.utils import htmlsafe_json_dumps
from werkzeug.exceptions import HTTPException

from storefront.errors import (
    OfferNotPayable,
    SecretUnreadable,
    StripeError,
    TooManyDeclines,
)
from storefront.models import Merchant, Offer, Order
from storefront.models.billing_terms import Terms
from storefront.models.offer import Obstacle
from storefront.money import Money, shown_decimals, stripe_decimals
from storefront.payments.checkout import Started
from storefront.web.shop import messages as wording
from storefront.web.support import price_text as terms_words
from storefront.web.support.filters import money
from storefront.web.support.languages import current
from storefront.web.support.security import allow_stripe, require_same_origin, stripe_js_url
from storefront.worker import tasks as jobs

log = logging.getLogger(__name__)

# Where banks compare a card's postal code, so that Stripe's card element had better ask for it.
POSTAL_CODE_COUNTRIES = ("US", "CA", "GB")


def visit_name(offer: Offer) -> str:
    """What the browser calls the visit key of this offer in its storage."""
    return f"visit-{offer.id}"


def payment_form(
    merchant: Merchant, action: str, unit: Money, quantity: int = 1, terms: Terms | None = None, **more: object
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
        "locale": current() if current() != "uk" else "auto",
        "unit": unit,
        "asks_buyer": True,
        "saved": None,
        "button": wording.pay_label(terms, money(each)),
        "button_words": wording.pay_label(terms, "{}"),
        "terms": terms.terms_code() if terms else "",
        "charges": terms_words.charges(terms, terms_words.marked(each)) if terms else [],
        "consent": terms_words.consent(terms, terms_words.marked(each)) if terms else "",
        "asks_postal_code": merchant.country in POSTAL_CODE_COUNTRIES,
        "decimals": stripe_decimals(unit.currency),
        "shown_decimals": shown_decimals(unit.currency),
        "words": htmlsafe_json_dumps(wording.checkout_words(terms), dumps=json.dumps, ensure_ascii=False),
        **more,
    }


def consent(order: Order) -> str:
    """The words that stand beside the button of the order's own page: what its buyer agrees to by pressing it."""
    return terms_words.consent(order, terms_words.written(order.each_time))


def answers_script(view: Callable[..., Response]) -> Callable[..., Response]:
    """Let a view answer static/js/checkout.js: only our own pages may ask, all errors are JSON, nothing is kept."""

    @wraps(view)
    def answer(*args: object, **kwargs: object) -> Response:
        try:
            require_same_origin()
            response = view(*args, **kwargs)
        except HTTPException as error:
            response = _refused(error.code or 400, wording.refusal(error.code or 400))
        except OfferNotPayable as error:
            log.warning("a payment could not be started: %s", error.reason)
            gone = error.reason in (Obstacle.DRAFT, Obstacle.ARCHIVED)
            response = _refused(404 if gone else 503, wording.not_payable(error))
        except TooManyDeclines as error:
            response = _too_many(error)
        except (StripeError, SecretUnreadable) as error:
            log.warning("a payment could not be started: %s %s", type(error).__name__, getattr(error, "code", ""))
            response = _refused(503, str(wording.STRIPE_AWAY if error.is_transient else wording.NOT_NOW))
        response.cache_control.no_store = True
        return response

    return answer


def _refused(status: int, words: str) -> Response:
    response = jsonify(error=words)
    response.status_code = status
    return response


def _too_many(error: TooManyDeclines) -> Response:
    way_on = {"challenge": error.challenge} if error.challenge else {}
    response = jsonify(error=str(wording.TOO_MANY_DECLINES), retry_after=error.retry_after, **way_on)
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
        errors={"price": [wording.price_changed(money(total))]},
        price=money(unit),
        terms={
            "unit": str(unit.amount),
            "currency": unit.currency,
            "decimals": str(stripe_decimals(unit.currency)),
            "shownDecimals": str(shown_decimals(unit.currency)),
        },
    )
    response.status_code = 422
    return response


def terms_changed() -> Response:
    """422: the buyer's page showed another rhythm; only a fresh page shows all of the new one."""
    response = jsonify(errors={"price": [wording.terms_changed()]})
    response.status_code = 422
    return response


def started(result: Started) -> Response:
    """200: the client secret to confirm with a card and its kind of intent, or where to go: nothing is left to pay."""
    token = result.order.token
    if result.client_secret is None:
        # Money that was there already has just been noticed.
        jobs.wake_for_letters()
        return jsonify(next=url_for("orders.show", token=token), order=token)
    return jsonify(client_secret=result.client_secret, intent=result.intent, order=token)
