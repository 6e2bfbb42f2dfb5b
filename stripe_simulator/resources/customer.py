"""Customers."""

import copy

from stripe_simulator.api.call import Call
from stripe_simulator.ids import new_id, random_characters
from stripe_simulator.resources import addresses
from stripe_simulator.resources.billing import customer_clock
from stripe_simulator.resources.metadata import merge_metadata
from stripe_simulator.resources.pagination import filter_by_params, paginate, paginate_stored
from stripe_simulator.resources.payments import payment_method
from stripe_simulator.resources.subscriptions import cancellation
from stripe_simulator.store import Json
from stripe_simulator.webhooks import events

PLAIN_FIELDS = ("description", "email", "name", "phone", "business_name", "individual_name")


def create(call: Call) -> Json:
    customer = build(call)
    if call.param("test_clock"):
        customer["test_clock"] = call.get(customer_clock.KIND, call.params["test_clock"], param="test_clock")["id"]
    apply_params(call, customer)
    call.save(customer)
    if call.param("payment_method"):
        found = payment_method.find_for_use(call, call.params["payment_method"], "payment_method")
        payment_method.check_can_be_saved(call, found)
        payment_method.attach_to(call, found, customer["id"])
    events.emit(call, "customer.created", customer)
    return customer


def build(call: Call) -> Json:
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
        "invoice_prefix": random_characters(8).upper(),
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


def apply_params(call: Call, customer: Json) -> None:
    """Set the given parameters; an empty string unsets a field."""
    customer.update({name: call.param(name) for name in PLAIN_FIELDS if name in call.params})
    if "address" in call.params:
        customer["address"] = addresses.address(call.params["address"]) if call.param("address") else None
    if "shipping" in call.params:
        customer["shipping"] = addresses.shipping(call.param("shipping"))
    for name in ("balance", "preferred_locales"):
        customer[name] = call.params.get(name, customer[name])
    customer["tax_exempt"] = call.param("tax_exempt", customer["tax_exempt"])
    customer["metadata"] = merge_metadata(customer["metadata"], call.params.get("metadata"))
    wanted = call.params.get("invoice_settings", {})
    if "default_payment_method" in wanted:
        id_ = wanted["default_payment_method"] or None
        if id_:
            call.get("payment_method", id_, param="invoice_settings[default_payment_method]", noun="PaymentMethod")
        customer["invoice_settings"]["default_payment_method"] = id_


def retrieve(call: Call) -> Json:
    """Retrieve a customer; a deleted one is returned as a stub."""
    gone = call.store.find(call.realm, "deleted_customer", call.ids["id"])
    return deleted_object(call.ids["id"]) if gone else call.get("customer", call.ids["id"])


def update(call: Call) -> Json:
    customer = call.get("customer", call.ids["id"])
    before = copy.deepcopy(customer)
    apply_params(call, customer)
    call.save(customer)
    events.emit(call, "customer.updated", customer, events.previous_attributes(before, customer))
    return customer


def delete(call: Call) -> Json:
    customer = call.get("customer", call.ids["id"])
    delete_with_subscriptions(call, customer)
    return deleted_object(customer["id"])


def delete_with_subscriptions(call: Call, customer: Json) -> None:
    """Delete a customer and cancel its subscriptions."""
    for subscription in call.store.where(call.realm, "subscription", "customer", customer["id"]):
        if subscription["status"] not in ("canceled", "incomplete_expired"):
            cancellation.cancel_now(customer_clock.at_customer_time(call, customer["id"]), subscription)
    for method in payment_method.methods_of_customer(call, customer["id"]):
        payment_method.detach_from_customer(call, method)
    call.store.delete(call.realm, customer["id"])
    call.save({"id": customer["id"], "object": "deleted_customer", "created": customer["created"]})
    events.emit(call, "customer.deleted", customer)


def deleted_object(id_: str) -> Json:
    return {"id": id_, "object": "customer", "deleted": True}


def list_all(call: Call) -> Json:
    return paginate_stored(call, "customer", "/v1/customers", "email")


def payment_methods(call: Call) -> Json:
    id_ = call.ids["id"]
    call.get("customer", id_)
    found = filter_by_params(payment_method.methods_of_customer(call, id_), call, "type")
    return paginate(call, found, f"/v1/customers/{id_}/payment_methods")
