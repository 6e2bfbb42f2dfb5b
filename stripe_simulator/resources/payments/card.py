"""Creates payment methods from card data or from Stripe's test tokens."""

import hashlib
import time

from stripe_simulator.api.call import Call
from stripe_simulator.cards import card_data, test_cards
from stripe_simulator.errors import StripeError, invalid
from stripe_simulator.ids import new_id
from stripe_simulator.resources import addresses
from stripe_simulator.resources.metadata import merge_metadata
from stripe_simulator.store import Json


def create_from_data(call: Call, data: Json, prefix: str) -> Json:
    """Create a payment method from `type`, `card` and `billing_details`. `prefix` is the name of the hash that contains
    them.

    Raises StripeError: 400 for missing or unknown parameters, 402 `card_error` for invalid card data.
    """
    type_ = data.get("type")
    if type_ is None:
        raise invalid("Missing required param: type.", param=param_name(prefix, "type"), code="parameter_missing")
    if type_ != "card" and not (type_ == "link" and call.in_browser):
        raise invalid(f"The payment method type provided: {type_} is invalid.", param=param_name(prefix, "type"))
    card = data.get("card")
    if not card:
        raise invalid("Missing required param: card.", param=param_name(prefix, "card"), code="parameter_missing")
    method = from_token(call, card["token"], prefix) if "token" in card else from_number(call, card, prefix)
    method["billing_details"] = billing_details(data.get("billing_details") or {})
    method["allow_redisplay"] = data.get("allow_redisplay", "unspecified")
    method["metadata"] = merge_metadata({}, data.get("metadata"))
    return method if type_ == "card" else of_link(method)


def of_link(method: Json) -> Json:
    """Return the payment method of a customer of Link: Stripe shows their email, not the card."""
    email = method["billing_details"]["email"]
    return {name: value for name, value in method.items() if name != "card"} | {
        "type": "link",
        "link": {"email": email},
    }


def param_name(prefix: str, name: str) -> str:
    return f"{prefix}[{name}]" if prefix else name


def from_number(call: Call, card: Json, prefix: str) -> Json:
    """Create one from card data. Only Stripe.js may send it: card numbers don't belong on a merchant's server."""
    if not call.in_browser:
        message = (
            "Sending credit card numbers directly to the Stripe API is generally unsafe. Use a test token instead."
        )
        raise StripeError(402, "invalid_request_error", message)
    for name in ("number", "exp_month", "exp_year"):
        if name not in card:
            full = param_name(param_name(prefix, "card"), name)
            raise invalid(f"Missing required param: {full}.", param=full, code="parameter_missing")
    number = card["number"].replace(" ", "").replace("-", "")
    year = card["exp_year"] + 2000 if card["exp_year"] < 100 else card["exp_year"]
    card_data.check_card(number, card["exp_month"], year, card.get("cvc"))
    return build_payment_method(call, number, card["exp_month"], year, has_cvc="cvc" in card)


def from_token(call: Call, token: str, prefix: str) -> Json:
    """Create one from a token such as `tok_visa`."""
    if call.realm.livemode or token not in test_cards.BY_TOKEN:
        raise invalid(f"No such token: '{token}'", param=param_name(prefix, "card"), code="resource_missing")
    return from_test_token(call, token)


def from_test_token(call: Call, token: str) -> Json:
    """Create one from a test token; it expires next year, as Stripe's do."""
    number = test_cards.BY_TOKEN[token].number
    return build_payment_method(call, number, 12, time.gmtime().tm_year + 1, has_cvc=True)


def build_payment_method(call: Call, number: str, exp_month: int, exp_year: int, *, has_cvc: bool) -> Json:
    """Build the object. The number itself is stored only for test cards, to look up their behavior."""
    behavior = test_cards.behavior_of(number, call.realm.livemode)
    return {
        "id": new_id("pm", call.realm.account.id),
        "object": "payment_method",
        "allow_redisplay": "unspecified",
        "billing_details": billing_details({}),
        "card": card_hash(call, number, exp_month, exp_year, behavior, has_cvc=has_cvc),
        "created": call.now,
        "customer": None,
        "customer_account": None,
        "livemode": call.realm.livemode,
        "metadata": {},
        "type": "card",
        "_number": number if number in test_cards.BY_NUMBER else "",
        "_set_up": behavior.already_authenticated,
        "_used": False,
    }


def card_hash(
    call: Call, number: str, exp_month: int, exp_year: int, behavior: test_cards.TestCard, *, has_cvc: bool
) -> Json:
    brand = card_data.brand_of(number)
    return {
        "brand": brand,
        "checks": {
            "address_line1_check": None,
            "address_postal_code_check": None,
            "cvc_check": "unchecked" if has_cvc else None,
        },
        "country": behavior.country,
        "display_brand": brand,
        "exp_month": exp_month,
        "exp_year": exp_year,
        "fingerprint": hashlib.sha256(f"{call.realm.account.id}{number}".encode()).hexdigest()[:16],
        "funding": behavior.funding,
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
