"""Prices: how much a product costs, once or every so often. An amount never changes; another one is another price."""

from typing import Any

from stripe_simulator import currencies, events
from stripe_simulator.call import Call
from stripe_simulator.errors import invalid
from stripe_simulator.ids import new_id, random_letters
from stripe_simulator.resources import country_spec, intent, product
from stripe_simulator.resources.listing import matching, page
from stripe_simulator.resources.metadata import merged
from stripe_simulator.resources.recurring import LONGEST
from stripe_simulator.store import Json

KIND = "price"
NOT_SIMULATED = frozenset(
    ["currency_options", "custom_unit_amount", "tiers", "tiers_mode", "transform_quantity", "unit_amount_decimal"]
)


def create(call: Call) -> Json:
    """Raises StripeError 400 for amounts, currencies, intervals and products that can't be."""
    intent.refuse_unsimulated(call, NOT_SIMULATED)
    amount, currency = amount_of(call), currency_of(call)
    recurring = recurring_of(call.given("recurring"))
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
        "metadata": merged({}, call.params.get("metadata")),
        "nickname": call.given("nickname"),
        "product": product_of(call),
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


def amount_of(call: Call) -> int:
    """`unit_amount` in minor units; 0 is a price too."""
    amount: Any = call.given("unit_amount")
    if amount is None:
        raise invalid("Prices require an `unit_amount` parameter to be set.", param="unit_amount")
    if amount < 0:
        raise invalid("Invalid non-negative integer", param="unit_amount", code="parameter_invalid_integer")
    return int(amount)


def currency_of(call: Call) -> str:
    currency = str(call.params["currency"]).lower()
    supported = country_spec.chargeable_in(call.realm.account.country)
    if currency not in supported:
        raise currencies.unsupported(currency, supported)
    return currency


def recurring_of(given: Json | None) -> Json | None:
    """`recurring` as a price keeps it. Raises StripeError 400 for periods longer than three years."""
    if not given:
        return None
    if given.get("usage_type", "licensed") != "licensed" or "meter" in given:
        raise invalid("The simulator knows licensed prices only.", param="recurring[usage_type]")
    count, most = given.get("interval_count", 1), LONGEST[given["interval"]]
    if not 1 <= count <= most:
        words = f"Invalid interval_count: it must be between 1 and {most} for {given['interval']}."
        raise invalid(words, param="recurring[interval_count]")
    return {
        "interval": given["interval"],
        "interval_count": count,
        "meter": None,
        "trial_period_days": given.get("trial_period_days"),
        "usage_type": "licensed",
    }


def product_of(call: Call) -> str:
    """The id of the product named, or of one made here from `product_data`."""
    if call.given("product"):
        return str(call.get("product", call.params["product"], param="product")["id"])
    if not call.given("product_data"):
        raise invalid("You must specify either `product` or `product_data` when creating a price.", param="product")
    data = call.params["product_data"]
    return str(product.made(call, data.get("id") or f"prod_{random_letters(14)}", data)["id"])


def lookup_key(call: Call) -> str | None:
    """The key, taken from the price that has it when that is asked for. Raises StripeError 400 otherwise."""
    key: str | None = call.given("lookup_key")
    for other in call.store.all(call.realm, KIND) if key else []:
        if other["lookup_key"] != key or other["id"] == call.ids.get("id"):
            continue
        if not call.params.get("transfer_lookup_key"):
            words = f"A price (`{other['id']}`) already uses that lookup key."
            raise invalid(words, param="lookup_key")
        call.save(other | {"lookup_key": None})
    return key


def retrieve(call: Call) -> Json:
    return call.get(KIND, call.ids["id"])


def update(call: Call) -> Json:
    intent.refuse_unsimulated(call, NOT_SIMULATED)
    price = retrieve(call)
    before = dict(price)
    price.update({name: call.params[name] for name in ("active", "tax_behavior") if name in call.params})
    if "nickname" in call.params:
        price["nickname"] = call.given("nickname")
    if "lookup_key" in call.params:
        price["lookup_key"] = lookup_key(call)
    price["metadata"] = merged(price["metadata"], call.params.get("metadata"))
    events.emit(call, "price.updated", call.save(price), events.changes(before, price))
    return price


def listed(call: Call) -> Json:
    found = matching(call.store.all(call.realm, KIND), call, "active", "currency", "product", "type")
    if call.given("lookup_keys"):
        found = [one for one in found if one["lookup_key"] in call.params["lookup_keys"]]
    for name, value in (call.given("recurring") or {}).items():
        found = [one for one in found if (one["recurring"] or {}).get(name) == value]
    return page(call, found, "/v1/prices")


def as_plan(price: Json) -> Json:
    """The older object that still stands beside a price in subscription items."""
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
