"""Subscription items: which price, how many of it, and the period it is paid for."""

import copy

from stripe_simulator.call import Call
from stripe_simulator.errors import invalid, missing
from stripe_simulator.ids import random_letters
from stripe_simulator.resources import price, standing
from stripe_simulator.resources.listing import page
from stripe_simulator.resources.metadata import merged
from stripe_simulator.store import Json

KIND = "subscription_item"
NOT_SIMULATED = ("billing_thresholds", "current_trial", "discounts", "plan", "price_data", "tax_rates")


def made(call: Call, subscription_id: str, given: Json, period: tuple[int, int], param: str) -> Json:
    """A new item from `items[…]`; `param` is that name. Raises StripeError 400."""
    return {
        "id": f"si_{random_letters(14)}",
        "object": KIND,
        "billing_thresholds": None,
        "created": call.now,
        "current_period_end": period[1],
        "current_period_start": period[0],
        "discounts": [],
        "metadata": merged({}, given.get("metadata")),
        **priced(call, given, param),
        "quantity": given.get("quantity", 1),
        "subscription": subscription_id,
        "tax_rates": [],
    }


def priced(call: Call, given: Json, param: str) -> Json:
    """The `price` of an item and its old `plan`; it must recur and be active. Raises StripeError 400."""
    for name in NOT_SIMULATED:
        if given.get(name):
            raise invalid(f"The simulator does not know what {param}[{name}] does yet.", param=f"{param}[{name}]")
    if not given.get("price"):
        raise invalid(f"Missing required param: {param}[price].", param=f"{param}[price]", code="parameter_missing")
    found = call.get("price", given["price"], param=f"{param}[price]")
    if not found["recurring"]:
        words = (
            f"The price specified is set to `type=one_time` but this field only accepts prices with `type=recurring`: "
            f"{found['id']}."
        )
        raise invalid(words, param=f"{param}[price]")
    if not found["active"]:
        words = f"The price specified is inactive. This field only accepts active prices: {found['id']}."
        raise invalid(words, param=f"{param}[price]")
    return {"price": found, "plan": price.as_plan(found)}


def check_together(items: list[Json]) -> None:
    """Items of one subscription are in one currency and for the same period. Raises StripeError 400."""
    if not items:
        raise invalid("A subscription needs at least one item.", param="items")
    if len({one["price"]["currency"] for one in items}) > 1:
        raise invalid("All prices on a subscription must have the same currency.", param="items")
    if len({(one["price"]["recurring"]["interval"], one["price"]["recurring"]["interval_count"]) for one in items}) > 1:
        raise invalid("The simulator knows subscriptions with one billing period only.", param="items")


def period_of(subscription: Json) -> tuple[int, int]:
    first = subscription["items"]["data"][0]
    return first["current_period_start"], first["current_period_end"]


def set_period(subscription: Json, start: int, end: int) -> None:
    for item in subscription["items"]["data"]:
        item.update(current_period_start=start, current_period_end=end)


def found(call: Call, id_: str) -> tuple[Json, Json]:
    """An item and its subscription. Raises StripeError 404."""
    for subscription in call.store.all(call.realm, standing.KIND):
        for item in subscription["items"]["data"]:
            if item["id"] == id_:
                return item, subscription
    raise missing(KIND, id_, param="id")


def retrieve(call: Call) -> Json:
    return found(call, call.ids["id"])[0]


def update(call: Call) -> Json:
    """Metadata, quantity and price, without proration."""
    item, subscription = found(call, call.ids["id"])
    before = copy.deepcopy(subscription)
    change(call, subscription, item, call.params, "")
    standing.change(call, subscription, before)
    return item


def change(call: Call, subscription: Json, item: Json, given: Json, param: str) -> None:
    """Sets what was given for an item. Raises StripeError 400 for what would have to be prorated."""
    value = worth(item)
    if given.get("price"):
        item.update(priced(call, given, param or "price"))
    item["quantity"] = given.get("quantity", item["quantity"])
    item["metadata"] = merged(item["metadata"], given.get("metadata"))
    check_together(subscription["items"]["data"])
    if worth(item) != value:
        check_proration(call)


def worth(item: Json) -> tuple[int, Json]:
    return item["price"]["unit_amount"] * item["quantity"], item["price"]["recurring"]


def check_proration(call: Call) -> None:
    """What changes in the middle of a period is charged from the next one on, or refused here."""
    if call.params.get("proration_behavior") != "none":
        words = "The simulator changes amounts with proration_behavior=none only; without a word Stripe prorates."
        raise invalid(words, param="proration_behavior")


def listed(call: Call) -> Json:
    subscription = call.get(standing.KIND, call.params["subscription"], param="subscription")
    return page(call, subscription["items"]["data"], "/v1/subscription_items")
