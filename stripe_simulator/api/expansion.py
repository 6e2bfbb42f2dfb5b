"""`expand[]`: replaces ids by their objects (docs.stripe.com/api/expanding_objects)."""

from collections.abc import Callable
from typing import Any

from stripe_simulator.api.call import Call
from stripe_simulator.errors import StripeError, invalid
from stripe_simulator.resources.balance import balance_transaction
from stripe_simulator.resources.billing import invoice_payment
from stripe_simulator.resources.payments import refund
from stripe_simulator.store import Json

TEST_CLOCK = "test_helpers.test_clock"
# Field → kind of the object it refers to; None where the simulator never has one.
EXPANDABLE: dict[str, dict[str, str | None]] = {
    "payment_intent": {
        "customer": "customer",
        "latest_charge": "charge",
        "payment_method": "payment_method",
        **dict.fromkeys(["application", "on_behalf_of", "review", "source"]),
    },
    "setup_intent": {
        "customer": "customer",
        "payment_method": "payment_method",
        "latest_attempt": "setup_attempt",
        **dict.fromkeys(["application", "mandate", "on_behalf_of", "single_use_mandate"]),
    },
    "setup_attempt": {"customer": "customer", "payment_method": "payment_method", "setup_intent": "setup_intent"},
    "charge": {
        "customer": "customer",
        "payment_intent": "payment_intent",
        "balance_transaction": "balance_transaction",
        **dict.fromkeys(["application", "application_fee", "on_behalf_of", "review"]),
    },
    "refund": {
        "charge": "charge",
        "customer": "customer",
        "payment_intent": "payment_intent",
        "payment_method": "payment_method",
        **dict.fromkeys(["balance_transaction", "failure_balance_transaction"], "balance_transaction"),
        **dict.fromkeys(["source_transfer_reversal", "transfer_reversal"]),
    },
    "payout": {
        **dict.fromkeys(["balance_transaction", "failure_balance_transaction"], "balance_transaction"),
        **dict.fromkeys(["destination", "original_payout", "reversed_by"]),
    },
    "dispute": {"charge": "charge", "payment_intent": "payment_intent"},
    "payment_method": {"customer": "customer"},
    "customer": {"default_source": None, "test_clock": TEST_CLOCK},
    "customer.invoice_settings": {"default_payment_method": "payment_method"},
    "product": {"default_price": "price", "tax_code": None},
    "price": {"product": "product"},
    "discount": {"customer": "customer", "promotion_code": None},
    "discount.source": {"coupon": "coupon"},
    "subscription": {
        "customer": "customer",
        "discounts": "discount",
        "default_payment_method": "payment_method",
        "latest_invoice": "invoice",
        "pending_setup_intent": "setup_intent",
        "schedule": "subscription_schedule",
        "test_clock": TEST_CLOCK,
        **dict.fromkeys(["application", "default_source", "on_behalf_of"]),
    },
    "subscription.items": {},
    "subscription_item": {},
    "subscription_item.price": {"product": "product"},
    "subscription_item.plan": {"product": "product"},
    "subscription_schedule": {
        "customer": "customer",
        "subscription": "subscription",
        "test_clock": TEST_CLOCK,
        "application": None,
    },
    "invoice": {
        "customer": "customer",
        "discounts": "discount",
        "default_payment_method": "payment_method",
        "test_clock": TEST_CLOCK,
        **dict.fromkeys(["application", "default_source", "latest_revision", "on_behalf_of"]),
    },
    "invoice.lines": {},
    "line_item": {},
    "line_item.pricing": {},
    "line_item.pricing.price_details": {"price": "price"},
    "invoice.parent": {},
    "invoice.parent.subscription_details": {"subscription": "subscription"},
    "invoice_payment": {"invoice": "invoice"},
    "invoice_payment.payment": {"charge": "charge", "payment_intent": "payment_intent"},
}
# Fields that are present only when the request expands them.
COMPUTED_FIELDS: dict[tuple[str, str], Callable[[Call, Json], Json | None]] = {
    ("balance_transaction", "source"): balance_transaction.source_object,
    ("charge", "refunds"): refund.expanded_list,
    ("invoice", "payments"): invoice_payment.list_of_invoice,
    ("invoice", "confirmation_secret"): invoice_payment.confirmation_secret,
}
MAX_DEPTH = 4


def expand(call: Call, body: Json) -> Json:
    """Expand the fields that `expand[]` names. Raises StripeError 400 for fields that can't be expanded."""
    for path in call.params.get("expand", []):
        steps = path.split(".")
        if len(steps) > MAX_DEPTH:
            raise invalid(f"You cannot expand more than {MAX_DEPTH} levels of a property.", param="expand")
        if body["object"] == "list":
            if steps[0] != "data":
                raise cannot_expand(path)
            for one in body["data"]:
                expand_field(call, one, one["object"], steps[1:], path)
        else:
            expand_field(call, body, body["object"], steps, path)
    return body


def expand_field(call: Call, obj: Json, shape: str, steps: list[str], path: str) -> None:
    """Expand one field, then the remaining steps inside it."""
    if not steps:
        return
    field, rest = steps[0], steps[1:]
    nested = f"{shape}.{field}"
    if (shape, field) in COMPUTED_FIELDS:
        obj[field] = COMPUTED_FIELDS[shape, field](call, obj)
        return expand_nested(call, obj[field], nested, rest, path)
    if nested in EXPANDABLE:
        return expand_nested(call, obj[field], nested, rest, path)
    if field not in EXPANDABLE.get(shape, {}):
        raise cannot_expand(path)
    kind = EXPANDABLE[shape][field]
    value: Any = obj.get(field)
    if kind is None or value is None:
        return None
    if isinstance(value, list):
        obj[field] = [expand_one(call, one, kind, rest, path) for one in value]
    else:
        obj[field] = expand_one(call, value, kind, rest, path)
    return None


def expand_one(call: Call, value: Any, kind: str, steps: list[str], path: str) -> Any:
    """Return the object that has this id, or the id if there is none, with the remaining steps expanded inside it."""
    found = value if isinstance(value, dict) else call.store.find(call.realm, kind, value)
    if found is None:
        return value
    if kind == balance_transaction.KIND:
        found = balance_transaction.rendered(call, found)
    expand_field(call, found, kind, steps, path)
    return found


def expand_nested(call: Call, value: Json | None, shape: str, steps: list[str], path: str) -> None:
    """Expand the remaining steps inside a hash, or inside each object of a list."""
    if value is None:
        return
    if value.get("object") != "list":
        return expand_field(call, value, shape, steps, path)
    if steps and steps[0] != "data":
        raise cannot_expand(path)
    for one in value["data"]:
        expand_field(call, one, one["object"], steps[1:], path)


def cannot_expand(path: str) -> StripeError:
    return invalid(f"This property cannot be expanded ({path}).", param="expand")
