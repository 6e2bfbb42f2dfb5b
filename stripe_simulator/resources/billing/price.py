"""Prices: one-time or recurring amounts of a product. An amount never changes; a new amount needs a new price."""

from typing import Any

from stripe_simulator import currencies
from stripe_simulator.api.call import Call
from stripe_simulator.errors import invalid
from stripe_simulator.ids import new_id, random_characters
from stripe_simulator.resources import country_spec
from stripe_simulator.resources.billing import product
from stripe_simulator.resources.billing.billing_periods import MAX_INTERVAL_COUNT
from stripe_simulator.resources.metadata import merge_metadata
from stripe_simulator.resources.pagination import paginate_stored
from stripe_simulator.resources.payments import intent
from stripe_simulator.store import Json
from stripe_simulator.webhooks import events

KIND = "price"
UNSUPPORTED = frozenset(
    ["currency_options", "custom_unit_amount", "tiers", "tiers_mode", "transform_quantity", "unit_amount_decimal"]
)


def create(call: Call) -> Json:
    """Raises StripeError 400 for invalid amounts, currencies, intervals and products."""
    intent.reject_unsupported(call, UNSUPPORTED)
    amount, currency = requested_amount(call), requested_currency(call)
    recurring = recurring_fields(call.param("recurring"))
    price = {
        "id": new_id("price", call.realm.account.id),
        "object": KIND,
        "active": call.params.get("active", True),
        "billing_scheme": "per_unit",
        "created": call.now,
        "currency": currency,
        "custom_unit_amount": None,
        "livemode": call.realm.livemode,
        "lookup_key": lookup_key(call),
        "metadata": merge_metadata({}, call.params.get("metadata")),
        "nickname": call.param("nickname"),
        "product": product_id(call),
        "recurring": recurring,
        "tax_behavior": call.params.get("tax_behavior", "unspecified"),
        "tiers_mode": None,
        "transform_quantity": None,
        "type": "recurring" if recurring else "one_time",
        "unit_amount": amount,
        "unit_amount_decimal": str(amount),
    }
    events.emit(call, "price.created", call.save(price))
    return price


def requested_amount(call: Call) -> int:
    """Return `unit_amount` in minor units; 0 is allowed."""
    amount: Any = call.param("unit_amount")
    if amount is None:
        raise invalid("Prices require an `unit_amount` parameter to be set.", param="unit_amount")
    if amount < 0:
        raise invalid("Invalid non-negative integer", param="unit_amount", code="parameter_invalid_integer")
    return int(amount)


def requested_currency(call: Call) -> str:
    currency = str(call.params["currency"]).lower()
    supported = country_spec.supported_currencies(call.realm.account.country)
    if currency not in supported:
        raise currencies.unsupported_currency(currency, supported)
    return currency


def recurring_fields(given: Json | None) -> Json | None:
    """Return the `recurring` fields of a price. Raises StripeError 400 for periods longer than three years."""
    if not given:
        return None
    if given.get("usage_type", "licensed") != "licensed" or "meter" in given:
        raise invalid("The simulator knows licensed prices only.", param="recurring[usage_type]")
    count, most = given.get("interval_count", 1), MAX_INTERVAL_COUNT[given["interval"]]
    if not 1 <= count <= most:
        message = f"Invalid interval_count: it must be between 1 and {most} for {given['interval']}."
        raise invalid(message, param="recurring[interval_count]")
    return {
        "interval": given["interval"],
        "interval_count": count,
        "meter": None,
        "trial_period_days": given.get("trial_period_days"),
        "usage_type": "licensed",
    }


def product_id(call: Call) -> str:
    """Return the id of the product in the request, or of a new one from `product_data`."""
    if call.param("product"):
        return str(call.get("product", call.params["product"], param="product")["id"])
    if not call.param("product_data"):
        raise invalid("You must specify either `product` or `product_data` when creating a price.", param="product")
    data = call.params["product_data"]
    return str(product.create_from(call, data.get("id") or f"prod_{random_characters(14)}", data)["id"])


def lookup_key(call: Call) -> str | None:
    """Return the key, moved from another price if `transfer_lookup_key` is set. Raises StripeError 400 otherwise."""
    key: str | None = call.param("lookup_key")
    for other in call.store.where(call.realm, KIND, "lookup_key", key) if key else []:
        if other["id"] == call.ids.get("id"):
            continue
        if not call.params.get("transfer_lookup_key"):
            message = f"A price (`{other['id']}`) already uses that lookup key."
            raise invalid(message, param="lookup_key")
        call.save(other | {"lookup_key": None})
    return key


def retrieve(call: Call) -> Json:
    return call.get(KIND, call.ids["id"])


def update(call: Call) -> Json:
    intent.reject_unsupported(call, UNSUPPORTED)
    price = retrieve(call)
    before = dict(price)
    price.update({name: call.params[name] for name in ("active", "tax_behavior") if name in call.params})
    if "nickname" in call.params:
        price["nickname"] = call.param("nickname")
    if "lookup_key" in call.params:
        price["lookup_key"] = lookup_key(call)
    price["metadata"] = merge_metadata(price["metadata"], call.params.get("metadata"))
    events.emit(call, "price.updated", call.save(price), events.previous_attributes(before, price))
    return price


def list_all(call: Call) -> Json:
    keys = call.param("lookup_keys")
    return paginate_stored(
        call,
        KIND,
        "/v1/prices",
        *("active", "currency", "product", "type"),
        equal={f"recurring.{name}": value for name, value in (call.param("recurring") or {}).items()},
        one_of={"lookup_key": keys} if keys else None,
    )


def as_plan(price: Json) -> Json:
    """Return the older plan object, which subscription items still contain next to the price."""
    recurring = price["recurring"]
    same = ("id", "active", "billing_scheme", "created", "currency", "livemode", "metadata", "nickname", "product")
    return {name: price[name] for name in same} | {
        "object": "plan",
        "amount": price["unit_amount"],
        "amount_decimal": price["unit_amount_decimal"],
        "interval": recurring["interval"],
        "interval_count": recurring["interval_count"],
        "meter": None,
        "tiers_mode": None,
        "transform_usage": None,
        "trial_period_days": recurring["trial_period_days"],
        "usage_type": recurring["usage_type"],
    }
