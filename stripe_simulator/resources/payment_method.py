"""Payment methods: read, changed, kept for a customer."""

import copy
from typing import Any

from stripe_simulator import behaving, cards, events
from stripe_simulator.call import Call
from stripe_simulator.declines import DECLINES
from stripe_simulator.errors import StripeError, invalid
from stripe_simulator.resources import card, standing
from stripe_simulator.resources.listing import matching, page
from stripe_simulator.resources.metadata import merged
from stripe_simulator.store import Json

NOUN = "PaymentMethod"


def create(call: Call) -> Json:
    return call.save(card.from_data(call, call.params, ""))


def for_use(call: Call, id_: str, param: str) -> Json:
    """The payment method a parameter names: a kept one, or a new one for a test token.

    Raises StripeError 400 `resource_missing`.
    """
    if id_ in cards.BY_TOKEN and id_.startswith("pm_") and not call.realm.livemode:
        return call.save(card.with_test_token(call, id_))
    return call.get("payment_method", id_, param=param, noun=NOUN)


def does(call: Call, method: Json) -> cards.TestCard:
    """What this card does when it is used."""
    livemode, number = call.realm.livemode, method["_number"]
    # The number of a real card is never kept.
    by_number = cards.behaviour(number, livemode) if number or not livemode else cards.NOT_A_TEST_CARD
    return behaving.changed(by_number, method)


def retrieve(call: Call) -> Json:
    return call.get("payment_method", call.ids["id"], noun=NOUN)


def update(call: Call) -> Json:
    method = retrieve(call)
    if "billing_details" in call.params:
        given = call.params["billing_details"]
        old = method["billing_details"]
        address = {**old["address"], **(given.get("address") or {})}
        method["billing_details"] = card.billing_details({**old, **given, "address": address})
    dates = call.params.get("card", {})
    method["card"].update({name: dates[name] for name in ("exp_month", "exp_year") if name in dates})
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
    known = does(call, method)
    if known.decline and not known.saves:
        no = DECLINES[known.decline]
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
    forget_defaults(call, method)
    method.update(customer=None, _used=True)
    events.emit(call, "payment_method.detached", method, previous)
    return call.save(method)


def forget_defaults(call: Call, method: Json) -> None:
    """Neither its customer nor a subscription is charged with it by default any more."""
    customer = call.store.find(call.realm, "customer", method["customer"])
    if customer and customer["invoice_settings"]["default_payment_method"] == method["id"]:
        old = {**customer, "invoice_settings": dict(customer["invoice_settings"])}
        customer["invoice_settings"]["default_payment_method"] = None
        events.emit(call, "customer.updated", call.save(customer), events.changes(old, customer))
    for subscription in call.store.all(call.realm, standing.KIND):
        if subscription["default_payment_method"] == method["id"]:
            before = copy.deepcopy(subscription)
            subscription["default_payment_method"] = None
            standing.change(call, subscription, before)


def listed(call: Call) -> Json:
    found: list[Json] = []
    if call.given("customer"):
        found = matching(of_customer(call, call.params["customer"]), call, "type")
    return page(call, found, "/v1/payment_methods")


def of_customer(call: Call, customer: Any) -> list[Json]:
    return [one for one in call.store.all(call.realm, "payment_method") if one["customer"] == customer]
