"""Payment methods: cards, typed in a browser or named by one of Stripe's test tokens."""

import hashlib
import time
from typing import Any

from stripe_simulator import cards, events
from stripe_simulator.call import Call
from stripe_simulator.errors import StripeError, invalid
from stripe_simulator.ids import new_id
from stripe_simulator.resources.listing import matching, page
from stripe_simulator.resources.metadata import merged
from stripe_simulator.store import Json

NOUN = "PaymentMethod"


def create(call: Call) -> Json:
    return call.save(from_data(call, call.params, ""))


def from_data(call: Call, data: Json, prefix: str) -> Json:
    """A new payment method from `type`, `card` and `billing_details`. `prefix` names the hash they came in.

    Raises StripeError: 400 for what can't be read, 402 `card_error` for a card that can't be right.
    """
    type_ = data.get("type")
    if type_ is None:
        raise invalid("Missing required param: type.", param=within(prefix, "type"), code="parameter_missing")
    if type_ != "card":
        raise invalid(f"The payment method type provided: {type_} is invalid.", param=within(prefix, "type"))
    card = data.get("card")
    if not card:
        raise invalid("Missing required param: card.", param=within(prefix, "card"), code="parameter_missing")
    method = with_token(call, card["token"], prefix) if "token" in card else with_number(call, card, prefix)
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
    cards.check_card(number, card["exp_month"], year, card.get("cvc"))
    return built(call, number, card["exp_month"], year, has_cvc="cvc" in card)


def with_token(call: Call, token: str, prefix: str) -> Json:
    """`tok_visa` and its like."""
    if call.realm.livemode or token not in cards.BY_TOKEN:
        raise invalid(f"No such token: '{token}'", param=within(prefix, "card"), code="resource_missing")
    return test_method(call, token)


def test_method(call: Call, token: str) -> Json:
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
    brand = cards.brand_of(number)
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
    address = given.get("address") or {}
    names = ("city", "country", "line1", "line2", "postal_code", "state")
    plain = {name: given.get(name) or None for name in ("email", "name", "phone", "tax_id")}
    return {"address": {name: address.get(name) or None for name in names}, **plain}


def for_use(call: Call, id_: str, param: str) -> Json:
    """The payment method a parameter names: a kept one, or a new one for a test token.

    Raises StripeError 400 `resource_missing`.
    """
    if id_ in cards.BY_TOKEN and id_.startswith("pm_") and not call.realm.livemode:
        return call.save(test_method(call, id_))
    return call.get("payment_method", id_, param=param, noun=NOUN)


def does(call: Call, method: Json) -> cards.TestCard:
    """What this card does when it is used."""
    if call.realm.livemode and not method["_number"]:
        return cards.NOT_A_TEST_CARD
    return cards.behaviour(method["_number"], call.realm.livemode)


def retrieve(call: Call) -> Json:
    return call.get("payment_method", call.ids["id"], noun=NOUN)


def update(call: Call) -> Json:
    method = retrieve(call)
    if "billing_details" in call.params:
        given = call.params["billing_details"]
        old = method["billing_details"]
        address = {**old["address"], **(given.get("address") or {})}
        method["billing_details"] = billing_details({**old, **given, "address": address})
    card = call.params.get("card", {})
    method["card"].update({name: card[name] for name in ("exp_month", "exp_year") if name in card})
    method["metadata"] = merged(method["metadata"], call.params.get("metadata"))
    call.save(method)
    events.emit(call, "payment_method.updated", method, {})
    return method


def attach(call: Call) -> Json:
    """Keeps a card for a customer. A card that would be declined can't be kept (0341 can).

    Raises StripeError: 402 for a declined card, 400 when it is another customer's or was used up.
    """
    method = for_use(call, call.ids["id"], "payment_method")
    customer = call.given("customer")
    if customer is None:
        raise invalid("Missing required param: customer.", param="customer", code="parameter_missing")
    call.get("customer", customer, param="customer")
    if method["customer"] not in (None, customer):
        raise invalid("The payment method you provided has already been attached to a customer.")
    check_can_be_kept(call, method)
    return put_on(call, method, customer)


def check_can_be_kept(call: Call, method: Json) -> None:
    """Raises StripeError 402 when the bank won't have this card kept, 400 when it was used up."""
    check_not_used_up(method)
    card = does(call, method)
    if card.decline and not card.saves:
        no = cards.DECLINES[card.decline]
        raise StripeError(402, "card_error", no.message, code=no.code, decline_code=no.decline_code, kept=True)


def check_not_used_up(method: Json) -> None:
    if method["_used"] and method["customer"] is None:
        raise invalid(
            "The provided PaymentMethod was previously used with a PaymentIntent without Customer attachment, or was "
            "detached from a Customer. It may not be used again. To use a PaymentMethod multiple times, you must "
            "attach it to a Customer first."
        )


def put_on(call: Call, method: Json, customer: str) -> Json:
    """Attaches without asking."""
    if method["customer"] != customer:
        method["customer"] = customer
        events.emit(call, "payment_method.attached", method)
    return call.save(method)


def detach(call: Call) -> Json:
    method = retrieve(call)
    if method["customer"] is None:
        raise invalid(f"The payment method you provided is not attached to a customer: {method['id']}.")
    return take_off(call, method)


def take_off(call: Call, method: Json) -> Json:
    """A detached payment method can't be used again."""
    previous = {"customer": method["customer"]}
    method.update(customer=None, _used=True)
    events.emit(call, "payment_method.detached", method, previous)
    return call.save(method)


def listed(call: Call) -> Json:
    found: list[Json] = []
    if call.given("customer"):
        found = matching(of_customer(call, call.params["customer"]), call, "type")
    return page(call, found, "/v1/payment_methods")


def of_customer(call: Call, customer: Any) -> list[Json]:
    return [one for one in call.store.all(call.realm, "payment_method") if one["customer"] == customer]
