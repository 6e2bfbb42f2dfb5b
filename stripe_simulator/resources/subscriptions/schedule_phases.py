"""Builds and checks the phases of a subscription schedule."""

from stripe_simulator.api.call import Call
from stripe_simulator.errors import invalid
from stripe_simulator.resources.billing import billing_periods, discount, price, tax_rate
from stripe_simulator.resources.subscriptions import schedule_progress, subscription_item
from stripe_simulator.store import Json

SUPPORTED = frozenset(
    """collection_method currency default_payment_method default_tax_rates description discounts duration end_date
    items metadata proration_behavior start_date""".split()
)


def phase_of_subscription(subscription: Json) -> Json:
    """Return a phase that matches the subscription's current period."""
    start, end = subscription_item.period_of(subscription)
    items = [
        {name: one[name] for name in ("price", "quantity", "metadata", "tax_rates")}
        for one in subscription["items"]["data"]
    ]
    given = {"default_payment_method": subscription["default_payment_method"], "proration_behavior": "none"}
    phase = build_phase(items, subscription["currency"], start, end, given)
    return phase | discounts_of(subscription["discounts"]) | {"default_tax_rates": subscription["default_tax_rates"]}


def discounts_of(ids: list[str]) -> Json:
    """Return the field of a phase with these discounts. A phase without any takes those of the subscription away."""
    return {"discounts": [{"coupon": None, "discount": id_, "promotion_code": None} for id_ in ids]}


def build_phase(items: list[Json], currency: str, start: int, end: int, given: Json) -> Json:
    """Build one phase; `items` are `{"price": <object>, "quantity", "metadata"}`."""
    empty = """application_fee_percent billing_cycle_anchor billing_thresholds invoice_settings on_behalf_of
        transfer_data trial_end""".split()
    return {
        **dict.fromkeys(empty),
        "add_invoice_items": [],
        "collection_method": given.get("collection_method"),
        "currency": currency,
        "default_payment_method": given.get("default_payment_method") or None,
        "default_tax_rates": [],
        "description": given.get("description") or None,
        "discounts": [],
        "end_date": end,
        "items": [build_item(one) for one in items],
        "metadata": given.get("metadata") or {},
        "proration_behavior": given.get("proration_behavior", "create_prorations"),
        "start_date": start,
    }


def build_item(item: Json) -> Json:
    return {
        "billing_thresholds": None,
        "discounts": [],
        "metadata": item["metadata"],
        "plan": item["price"]["id"],
        "price": item["price"]["id"],
        "quantity": item["quantity"],
        "tax_rates": item["tax_rates"],
    }


def replace_phases(call: Call, schedule: Json, subscription: Json) -> None:
    """Replace the phases from the current one on, without gaps. Raises StripeError 400."""
    current = schedule["current_phase"]["start_date"]
    start, phases = current, []
    for index, given in enumerate(call.params["phases"]):
        param = f"phases[{index}]"
        check_phase(given, param, start, call.now)
        end = phase_end(given, param, start)
        items = [item_with_price(call, one, f"{param}[items][{place}]") for place, one in enumerate(given["items"])]
        ids = discount.requested(call, subscription, given.get("discounts"))
        phase = build_phase(items, subscription["currency"], start, end, given) | discounts_of(ids)
        wanted, kept = given.get("default_tax_rates") or None, subscription["default_tax_rates"]
        phase["default_tax_rates"] = tax_rate.requested(call, wanted, kept, f"{param}[default_tax_rates]")
        phases.append(phase)
        start = end
    if phases[0]["end_date"] <= call.now:
        raise invalid("The current phase must not be over already.", param="phases[0][end_date]")
    schedule["phases"] = phases
    schedule["current_phase"] = {"start_date": current, "end_date": phases[0]["end_date"]}
    schedule_progress.apply_discounts_and_taxes(phases[0], subscription)
    changed = {one["price"]: one["quantity"] for one in phases[0]["items"]} != {
        one["price"]["id"]: one["quantity"] for one in subscription["items"]["data"]
    }
    if changed:
        subscription_item.check_proration(call)
        schedule_progress.apply_items(call, phases[0], subscription)


def check_phase(given: Json, param: str, start: int, now: int) -> None:
    for name in sorted(set(given) - SUPPORTED):
        raise invalid(f"The simulator does not know what {name} of a phase does yet.", param=f"{param}[{name}]")
    wanted = given.get("start_date", start)
    if (now if wanted == "now" else wanted) != start:
        message = (
            "You can not modify the start date of the current phase."
            if param == "phases[0]"
            else ("The start_date of a phase must be the end_date of the phase before.")
        )
        raise invalid(message, param=f"{param}[start_date]")


def phase_end(given: Json, param: str, start: int) -> int:
    """Return the end from `duration` (`{interval, interval_count}`) or `end_date`; exactly one is required."""
    if ("duration" in given) == ("end_date" in given):
        raise invalid(f"Specify one of {param}[duration] and {param}[end_date].", param=f"{param}[duration]")
    if "duration" in given:
        wanted = given["duration"]
        return billing_periods.add_intervals(start, wanted["interval"], wanted.get("interval_count", 1))
    if given["end_date"] == "now" or given["end_date"] <= start:
        raise invalid("The end_date of a phase must come after its start_date.", param=f"{param}[end_date]")
    return int(given["end_date"])


def item_with_price(call: Call, given: Json, param: str) -> Json:
    """Return one item of a phase with its price. The price may be inactive by now."""
    if not given.get("price"):
        raise invalid(f"Missing required param: {param}[price].", param=f"{param}[price]", code="parameter_missing")
    found = call.get(price.KIND, given["price"], param=f"{param}[price]")
    return {
        "price": found,
        "quantity": given.get("quantity", 1),
        "metadata": given.get("metadata") or {},
        "tax_rates": tax_rate.requested(call, given.get("tax_rates") or None, [], f"{param}[tax_rates]"),
    }
