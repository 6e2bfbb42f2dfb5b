"""Replaces the items of a subscription, also by terms that the API of the simulator refuses."""

import copy
from typing import Any

from stripe_simulator.api.call import Call
from stripe_simulator.errors import invalid
from stripe_simulator.ids import new_id, random_characters
from stripe_simulator.resources.billing import price
from stripe_simulator.resources.subscriptions import subscription_status
from stripe_simulator.store import Json
from stripe_simulator.webhooks import events

FIELDS = frozenset(["unit_amount", "quantity", "interval", "interval_count", "usage_type", "billing_scheme"])


def replace_items(call: Call) -> Json:
    """Replace the items of `subscription` by `items`, from the next period on. Raises StripeError 400.

    Each item gets a new price. Fields of FIELDS that it leaves out are those of the present first item, which stays
    the first.
    """
    subscription = call.get(subscription_status.KIND, str(call.params["subscription"]), param="subscription")
    wanted: Any = call.params.get("items")
    if not isinstance(wanted, list) or not wanted or any(set(one) - FIELDS for one in wanted):
        raise invalid(f"items must be a list of objects with {', '.join(sorted(FIELDS))}.", param="items")
    before = copy.deepcopy(subscription)
    first = subscription["items"]["data"][0]
    new = [build_item(call, first, one) for one in wanted]
    new[0]["id"] = first["id"]
    subscription["items"]["data"] = new
    return subscription_status.save_and_emit(call, subscription, before)


def build_item(call: Call, first: Json, given: Json) -> Json:
    item_price = build_price(call, first["price"], given)
    item = copy.deepcopy(first) | {
        "id": f"si_{random_characters(14)}",
        "price": item_price,
        "plan": price.as_plan(item_price),
        "quantity": given.get("quantity", first.get("quantity", 1)),
    }
    if item_price["recurring"]["usage_type"] == "metered":
        # Metered items have no quantity: their usage is charged.
        del item["quantity"]
    return item


def build_price(call: Call, first: Json, given: Json) -> Json:
    made = copy.deepcopy(first) | {"id": new_id("price", call.realm.account.id), "created": call.now}
    made["recurring"] |= {name: given[name] for name in ("interval", "interval_count", "usage_type") if name in given}
    made["billing_scheme"] = given.get("billing_scheme", first["billing_scheme"])
    amount = None if made["billing_scheme"] == "tiered" else given.get("unit_amount", first["unit_amount"])
    made |= {"unit_amount": amount, "unit_amount_decimal": None if amount is None else str(amount)}
    made["tiers_mode"] = "graduated" if amount is None else None
    events.emit(call, "price.created", call.save(made))
    return made
