"""Customers."""

import copy

from stripe_simulator import events
from stripe_simulator.call import Call
from stripe_simulator.ids import new_id, random_letters
from stripe_simulator.resources import addresses, frozen, payment_method, subscription_end
from stripe_simulator.resources.listing import matching, page
from stripe_simulator.resources.metadata import merged
from stripe_simulator.store import Json

PLAIN = ("description", "email", "name", "phone", "business_name", "individual_name")


def create(call: Call) -> Json:
    customer = blank(call)
    if call.given("test_clock"):
        customer["test_clock"] = call.get(frozen.KIND, call.params["test_clock"], param="test_clock")["id"]
    change(call, customer)
    call.save(customer)
    if call.given("payment_method"):
        found = payment_method.for_use(call, call.params["payment_method"], "payment_method")
        payment_method.check_can_be_kept(call, found)
        payment_method.put_on(call, found, customer["id"])
    events.emit(call, "customer.created", customer)
    return customer


def blank(call: Call) -> Json:
    return {
        "id": new_id("cus"),
        "object": "customer",
        "address": None,
        "balance": 0,
        "created": call.now,
        "currency": None,
        "default_source": None,
        "delinquent": False,
        "description": None,
        "discount": None,
        "email": None,
        "invoice_prefix": random_letters(8).upper(),
        "invoice_settings": {
            "custom_fields": None,
            "default_payment_method": None,
            "footer": None,
            "rendering_options": None,
        },
        "livemode": call.realm.livemode,
        "metadata": {},
        "name": None,
        "next_invoice_sequence": 1,
        "phone": None,
        "preferred_locales": [],
        "shipping": None,
        "tax_exempt": "none",
        "test_clock": None,
    }


def change(call: Call, customer: Json) -> None:
    """Sets what was given; an empty string unsets."""
    customer.update({name: call.given(name) for name in PLAIN if name in call.params})
    if "address" in call.params:
        customer["address"] = addresses.address(call.params["address"]) if call.given("address") else None
    if "shipping" in call.params:
        customer["shipping"] = addresses.shipping(call.given("shipping"))
    for name in ("balance", "preferred_locales"):
        customer[name] = call.params.get(name, customer[name])
    customer["tax_exempt"] = call.given("tax_exempt", customer["tax_exempt"])
    customer["metadata"] = merged(customer["metadata"], call.params.get("metadata"))
    wanted = call.params.get("invoice_settings", {})
    if "default_payment_method" in wanted:
        id_ = wanted["default_payment_method"] or None
        if id_:
            call.get("payment_method", id_, param="invoice_settings[default_payment_method]", noun="PaymentMethod")
        customer["invoice_settings"]["default_payment_method"] = id_


def retrieve(call: Call) -> Json:
    """A deleted customer is still answered, as a stub that says so."""
    gone = call.store.find(call.realm, "deleted_customer", call.ids["id"])
    return stub(call.ids["id"]) if gone else call.get("customer", call.ids["id"])


def update(call: Call) -> Json:
    customer = call.get("customer", call.ids["id"])
    before = copy.deepcopy(customer)
    change(call, customer)
    call.save(customer)
    events.emit(call, "customer.updated", customer, events.changes(before, customer))
    return customer


def delete(call: Call) -> Json:
    customer = call.get("customer", call.ids["id"])
    remove(call, customer)
    return stub(customer["id"])


def remove(call: Call, customer: Json) -> None:
    """Its subscriptions end with it."""
    for subscription in call.store.all(call.realm, "subscription"):
        over = subscription["status"] in ("canceled", "incomplete_expired")
        if subscription["customer"] == customer["id"] and not over:
            subscription_end.end(frozen.at(call, customer["id"]), subscription)
    for method in payment_method.of_customer(call, customer["id"]):
        payment_method.take_off(call, method)
    call.store.delete(call.realm, customer["id"])
    call.save({"id": customer["id"], "object": "deleted_customer", "created": customer["created"]})
    events.emit(call, "customer.deleted", customer)


def stub(id_: str) -> Json:
    return {"id": id_, "object": "customer", "deleted": True}


def listed(call: Call) -> Json:
    found = matching(call.store.all(call.realm, "customer"), call, "email")
    return page(call, found, "/v1/customers")


def payment_methods(call: Call) -> Json:
    id_ = call.ids["id"]
    call.get("customer", id_)
    found = matching(payment_method.of_customer(call, id_), call, "type")
    return page(call, found, f"/v1/customers/{id_}/payment_methods")
