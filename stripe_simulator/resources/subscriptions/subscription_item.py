"""Subscription items: price, quantity and current period."""

import copy
from collections.abc import Iterator

from stripe_simulator.api.call import Call
from stripe_simulator.errors import invalid, missing
from stripe_simulator.ids import random_characters
from stripe_simulator.resources.billing import price, tax_rate
from stripe_simulator.resources.metadata import merge_metadata
from stripe_simulator.resources.pagination import paginate
from stripe_simulator.resources.subscriptions import subscription_status
from stripe_simulator.store import Json

KIND = "subscription_item"
UNSUPPORTED = ("billing_thresholds", "current_trial", "discounts", "plan", "price_data")


def build_item(call: Call, subscription_id: str, given: Json, period: tuple[int, int], param: str) -> Json:
    """Build an item from `items[…]`; `param` is that name. Raises StripeError 400."""
    return {
        "id": f"si_{random_characters(14)}",
        "object": KIND,
        "billing_thresholds": None,
        "created": call.now,
        "current_period_end": period[1],
        "current_period_start": period[0],
        "discounts": [],
        "metadata": merge_metadata({}, given.get("metadata")),
        **price_fields(call, given, param),
        "quantity": given.get("quantity", 1),
        "subscription": subscription_id,
        "tax_rates": tax_rate.requested(call, given.get("tax_rates") or None, [], f"{param}[tax_rates]"),
    }


def price_fields(call: Call, given: Json, param: str) -> Json:
    """Return the `price` of an item and its old `plan`; it must be recurring and active. Raises StripeError 400."""
    for name in UNSUPPORTED:
        if given.get(name):
            raise invalid(f"The simulator does not know what {param}[{name}] does yet.", param=f"{param}[{name}]")
    if not given.get("price"):
        raise invalid(f"Missing required param: {param}[price].", param=f"{param}[price]", code="parameter_missing")
    find_item = call.get("price", given["price"], param=f"{param}[price]")
    if not find_item["recurring"]:
        message = (
            f"The price specified is set to `type=one_time` but this field only accepts prices with `type=recurring`: "
            f"{find_item['id']}."
        )
        raise invalid(message, param=f"{param}[price]")
    if not find_item["active"]:
        message = f"The price specified is inactive. This field only accepts active prices: {find_item['id']}."
        raise invalid(message, param=f"{param}[price]")
    return {"price": find_item, "plan": price.as_plan(find_item)}


def check_compatible(items: list[Json]) -> None:
    """Check that all items have the same currency and billing period. Raises StripeError 400."""
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


def subscriptions_with_item(call: Call, id_: str) -> Iterator[Json]:
    """Yield the subscription whose first item this is, then all: the others' items have no index."""
    yield from call.store.where(call.realm, subscription_status.KIND, "items.data[0].id", id_)
    yield from call.store.all(call.realm, subscription_status.KIND)


def find_item(call: Call, id_: str) -> tuple[Json, Json]:
    """Return an item and its subscription. Raises StripeError 404."""
    for subscription in subscriptions_with_item(call, id_):
        for item in subscription["items"]["data"]:
            if item["id"] == id_:
                return item, subscription
    raise missing(KIND, id_, param="id")


def retrieve(call: Call) -> Json:
    return find_item(call, call.ids["id"])[0]


def update(call: Call) -> Json:
    """Update metadata, quantity and price, without proration."""
    item, subscription = find_item(call, call.ids["id"])
    before = copy.deepcopy(subscription)
    apply_params(call, subscription, item, call.params, "")
    subscription_status.save_and_emit(call, subscription, before)
    return item


def apply_params(call: Call, subscription: Json, item: Json, given: Json, param: str) -> None:
    """Set the given parameters of an item. Raises StripeError 400 for changes that need proration."""
    previous_price = price_per_period(item)
    if given.get("price"):
        item.update(price_fields(call, given, param or "price"))
    item["quantity"] = given.get("quantity", item["quantity"])
    item["metadata"] = merge_metadata(item["metadata"], given.get("metadata"))
    if "tax_rates" in given:
        name = f"{param}[tax_rates]" if param else "tax_rates"
        item["tax_rates"] = tax_rate.requested(call, given["tax_rates"] or None, item["tax_rates"], name)
    check_compatible(subscription["items"]["data"])
    if price_per_period(item) != previous_price:
        check_proration(call)


def price_per_period(item: Json) -> tuple[int, Json]:
    return item["price"]["unit_amount"] * item["quantity"], item["price"]["recurring"]


def check_proration(call: Call) -> None:
    """Check that amounts change without proration, from the next period on. Raises StripeError 400."""
    if call.params.get("proration_behavior") != "none":
        message = "The simulator changes amounts with proration_behavior=none only; without a word Stripe prorates."
        raise invalid(message, param="proration_behavior")


def list_all(call: Call) -> Json:
    subscription = call.get(subscription_status.KIND, call.params["subscription"], param="subscription")
    return paginate(call, subscription["items"]["data"], "/v1/subscription_items")
