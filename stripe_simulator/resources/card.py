"""A new payment method from a card: typed in a browser, or named by one of Stripe's test tokens."""

import hashlib
import time

from stripe_simulator import card_data, cards
from stripe_simulator.call import Call
from stripe_simulator.errors import StripeError, invalid
from stripe_simulator.ids import new_id
from stripe_simulator.resources import addresses
from stripe_simulator.resources.metadata import merged
from stripe_simulator.store import Json


def from_data(call: Call, data: Json, prefix: str) -> Json:
    """A new payment method from `type`, `card` and `billing_details`. `prefix` names the hash they came in.

    Raises StripeError: 400 for what can't be read, 402 `card_error` for a card that can't be right.
    """
    type_ = data.get("type")
    if type_ is None:
        raise invalid("Missing required param: type.", param=within(prefix, "type"), code="parameter_missing")
    if type_ != "card":
        raise invalid(f"The payment method type provided: {type_} is invalid.", param=within(prefix, "type"))
    typed = data.get("card")
    if not typed:
        raise invalid("Missing required param: card.", param=within(prefix, "card"), code="parameter_missing")
    method = with_token(call, typed["token"], prefix) if "token" in typed else with_number(call, typed, prefix)
    method["billing_details"] = billing_details(data.get("billing_details") or {})
    method["allow_redisplay"] = data.get("allow_redisplay", "unspecified")
    method["metadata"] = merged({}, data.get("metadata"))
    return method


def within(prefix: str, name: str) -> str:
    return f"{prefix}[{name}]" if prefix else name


def with_number(call: Call, card: Json, prefix: str) -> Json:
    """Card data as typed. Only Stripe.js may send it: card numbers don't belong on a merchant's server."""
    if not call.in_browser:
        words = "Sending credit card numbers directly to the Stripe API is generally unsafe. Use a test token instead."
        raise StripeError(402, "invalid_request_error", words)
    for name in ("number", "exp_month", "exp_year"):
        if name not in card:
            full = within(within(prefix, "card"), name)
            raise invalid(f"Missing required param: {full}.", param=full, code="parameter_missing")
    number = card["number"].replace(" ", "").replace("-", "")
    year = card["exp_year"] + 2000 if card["exp_year"] < 100 else card["exp_year"]
    card_data.check_card(number, card["exp_month"], year, card.get("cvc"))
    return built(call, number, card["exp_month"], year, has_cvc="cvc" in card)


def with_token(call: Call, token: str, prefix: str) -> Json:
    """`tok_visa` and its like."""
    if call.realm.livemode or token not in cards.BY_TOKEN:
        raise invalid(f"No such token: '{token}'", param=within(prefix, "card"), code="resource_missing")
    return with_test_token(call, token)


def with_test_token(call: Call, token: str) -> Json:
    """A fresh payment method for a test token; it expires next year, as Stripe's do."""
    number = cards.BY_TOKEN[token].number
    return built(call, number, 12, time.gmtime().tm_year + 1, has_cvc=True)


def built(call: Call, number: str, exp_month: int, exp_year: int, *, has_cvc: bool) -> Json:
    """The object. The number itself is kept only where it is a test card's, to know what it does."""
    does = cards.behaviour(number, call.realm.livemode)
    return {
        "id": new_id("pm", call.realm.account.id),
        "object": "payment_method",
        "allow_redisplay": "unspecified",
        "billing_details": billing_details({}),
        "card": card_shown(call, number, exp_month, exp_year, does, has_cvc=has_cvc),
        "created": call.now,
        "customer": None,
        "customer_account": None,
        "livemode": call.realm.livemode,
        "metadata": {},
        "type": "card",
        "_number": number if number in cards.BY_NUMBER else "",
        "_set_up": does.already_set_up,
        "_used": False,
    }


def card_shown(call: Call, number: str, exp_month: int, exp_year: int, does: cards.TestCard, *, has_cvc: bool) -> Json:
    brand = card_data.brand_of(number)
    return {
        "brand": brand,
        "checks": {
            "address_line1_check": None,
            "address_postal_code_check": None,
            "cvc_check": "unchecked" if has_cvc else None,
        },
        "country": does.country,
        "display_brand": brand,
        "exp_month": exp_month,
        "exp_year": exp_year,
        "fingerprint": hashlib.sha256(f"{call.realm.account.id}{number}".encode()).hexdigest()[:16],
        "funding": does.funding,
        "generated_from": None,
        "last4": number[-4:],
        "networks": {"available": [brand], "preferred": None},
        "regulated_status": "unregulated",
        "three_d_secure_usage": {"supported": True},
        "wallet": None,
    }


def billing_details(given: Json) -> Json:
    plain = {name: given.get(name) or None for name in ("email", "name", "phone", "tax_id")}
    return {"address": addresses.address(given.get("address")), **plain}
