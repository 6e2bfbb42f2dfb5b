"""Payment methods: retrieve, update, attach to a customer, detach."""

import copy
from typing import Any

from stripe_simulator.api.call import Call
from stripe_simulator.cards import behavior_override, test_cards
from stripe_simulator.cards.declines import DECLINES
from stripe_simulator.errors import StripeError, invalid
from stripe_simulator.resources.metadata import merge_metadata
from stripe_simulator.resources.pagination import filter_by_params, paginate
from stripe_simulator.resources.payments import card
from stripe_simulator.resources.subscriptions import subscription_status
from stripe_simulator.store import Json
from stripe_simulator.webhooks import events

NOUN = "PaymentMethod"


def create(call: Call) -> Json:
    return call.save(card.create_from_data(call, call.params, ""))


def find_for_use(call: Call, id_: str, param: str) -> Json:
    """Return the payment method that a parameter names: an existing one, or a new one for a test token.

    Raises StripeError 404 `resource_missing`.
    """
    if id_ in test_cards.BY_TOKEN and id_.startswith("pm_") and not call.realm.livemode:
        return call.save(card.from_test_token(call, id_))
    return call.get("payment_method", id_, param=param, noun=NOUN)


def behavior_of(call: Call, method: Json) -> test_cards.TestCard:
    """Return the behavior of a payment method's card."""
    livemode, number = call.realm.livemode, method["_number"]
    # The numbers of real cards are never stored.
    by_number = test_cards.behavior_of(number, livemode) if number or not livemode else test_cards.NOT_A_TEST_CARD
    return behavior_override.apply_override(by_number, method)


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
    method.get("card", {}).update({name: dates[name] for name in ("exp_month", "exp_year") if name in dates})
    method["metadata"] = merge_metadata(method["metadata"], call.params.get("metadata"))
    call.save(method)
    events.emit(call, "payment_method.updated", method, {})
    return method


def attach(call: Call) -> Json:
    """Save a card for a customer. A card that would be declined can't be saved (0341 can).

    Raises StripeError: 402 for a declined card, 400 when it belongs to another customer or was used.
    """
    method = find_for_use(call, call.ids["id"], "payment_method")
    customer = call.param("customer")
    if customer is None:
        raise invalid("Missing required param: customer.", param="customer", code="parameter_missing")
    call.get("customer", customer, param="customer")
    if method["customer"] not in (None, customer):
        raise invalid("The payment method you provided has already been attached to a customer.")
    check_can_be_saved(call, method)
    return attach_to(call, method, customer)


def check_can_be_saved(call: Call, method: Json) -> None:
    """Raises StripeError 402 when the bank declines to save this card, 400 when it can't be used again."""
    check_reusable(method)
    behavior = behavior_of(call, method)
    if behavior.decline and not behavior.can_be_saved:
        decline = DECLINES[behavior.decline]
        fields: Json = {"param": "", **decline.fields}
        raise StripeError(402, "card_error", decline.message, code=decline.code, replayable=True, **fields)


def check_reusable(method: Json) -> None:
    if method["_used"] and method["customer"] is None:
        raise invalid(
            "The provided PaymentMethod was previously used with a PaymentIntent without Customer attachment, or was "
            "detached from a Customer. It may not be used again. To use a PaymentMethod multiple times, you must "
            "attach it to a Customer first."
        )


def attach_to(call: Call, method: Json, customer: str) -> Json:
    """Attach without checks."""
    if method["customer"] != customer:
        method["customer"] = customer
        events.emit(call, "payment_method.attached", method)
    return call.save(method)


def detach(call: Call) -> Json:
    method = retrieve(call)
    if method["customer"] is None:
        raise invalid(f"The payment method you provided is not attached to a customer: {method['id']}.")
    return detach_from_customer(call, method)


def detach_from_customer(call: Call, method: Json) -> Json:
    """Detach; the payment method can't be used again."""
    previous = {"customer": method["customer"]}
    clear_defaults(call, method)
    method.update(customer=None, _used=True)
    events.emit(call, "payment_method.detached", method, previous)
    return call.save(method)


def clear_defaults(call: Call, method: Json) -> None:
    """Remove the payment method as the default of its customer and subscriptions."""
    customer = call.store.find(call.realm, "customer", method["customer"])
    if customer and customer["invoice_settings"]["default_payment_method"] == method["id"]:
        old = {**customer, "invoice_settings": dict(customer["invoice_settings"])}
        customer["invoice_settings"]["default_payment_method"] = None
        events.emit(call, "customer.updated", call.save(customer), events.previous_attributes(old, customer))
    for subscription in call.store.where(call.realm, subscription_status.KIND, "default_payment_method", method["id"]):
        before = copy.deepcopy(subscription)
        subscription["default_payment_method"] = None
        subscription_status.save_and_emit(call, subscription, before)


def list_all(call: Call) -> Json:
    found: list[Json] = []
    if call.param("customer"):
        found = filter_by_params(methods_of_customer(call, call.params["customer"]), call, "type")
    return paginate(call, found, "/v1/payment_methods")


def methods_of_customer(call: Call, customer: Any) -> list[Json]:
    return call.store.where(call.realm, "payment_method", "customer", customer)
