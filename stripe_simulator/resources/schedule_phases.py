"""The phases of a subscription schedule: how they are given, and how they are kept."""

from stripe_simulator.call import Call
from stripe_simulator.errors import invalid
from stripe_simulator.resources import price, recurring, schedule_course, subscription_item
from stripe_simulator.store import Json

KNOWN = frozenset(
    """collection_method currency default_payment_method description duration end_date items metadata
    proration_behavior start_date""".split()
)


def of_subscription(subscription: Json) -> Json:
    """The subscription as it is, for its current period."""
    start, end = subscription_item.period_of(subscription)
    items = [
        {"price": one["price"], "quantity": one["quantity"], "metadata": one["metadata"]}
        for one in subscription["items"]["data"]
    ]
    given = {"default_payment_method": subscription["default_payment_method"], "proration_behavior": "none"}
    return phase(items, subscription["currency"], start, end, given)


def phase(items: list[Json], currency: str, start: int, end: int, given: Json) -> Json:
    """One phase; `items` are `{"price": <object>, "quantity", "metadata"}`."""
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
        "items": [phase_item(one) for one in items],
        "metadata": given.get("metadata") or {},
        "proration_behavior": given.get("proration_behavior", "create_prorations"),
        "start_date": start,
    }


def phase_item(item: Json) -> Json:
    return {
        "billing_thresholds": None,
        "discounts": [],
        "metadata": item["metadata"],
        "plan": item["price"]["id"],
        "price": item["price"]["id"],
        "quantity": item["quantity"],
        "tax_rates": [],
    }


def replace(call: Call, schedule: Json, subscription: Json) -> None:
    """Sets the phases given: all from the current one on, without gaps. Raises StripeError 400."""
    current = schedule["current_phase"]["start_date"]
    start, phases = current, []
    for index, given in enumerate(call.params["phases"]):
        param = f"phases[{index}]"
        check(given, param, start, call.now)
        end = end_of(given, param, start)
        items = [priced(call, one, f"{param}[items][{place}]") for place, one in enumerate(given["items"])]
        phases.append(phase(items, subscription["currency"], start, end, given))
        start = end
    if phases[0]["end_date"] <= call.now:
        raise invalid("The current phase must not be over already.", param="phases[0][end_date]")
    schedule["phases"] = phases
    schedule["current_phase"] = {"start_date": current, "end_date": phases[0]["end_date"]}
    changed = {one["price"]: one["quantity"] for one in phases[0]["items"]} != {
        one["price"]["id"]: one["quantity"] for one in subscription["items"]["data"]
    }
    if changed:
        subscription_item.check_proration(call)
        schedule_course.use_items(call, phases[0], subscription)


def check(given: Json, param: str, start: int, now: int) -> None:
    for name in sorted(set(given) - KNOWN):
        raise invalid(f"The simulator does not know what {name} of a phase does yet.", param=f"{param}[{name}]")
    wanted = given.get("start_date", start)
    if (now if wanted == "now" else wanted) != start:
        words = (
            "You can not modify the start date of the current phase."
            if param == "phases[0]"
            else ("The start_date of a phase must be the end_date of the phase before.")
        )
        raise invalid(words, param=f"{param}[start_date]")


def end_of(given: Json, param: str, start: int) -> int:
    """From `duration` (`{interval, interval_count}`) or `end_date`; one of them must be there."""
    if ("duration" in given) == ("end_date" in given):
        raise invalid(f"Specify one of {param}[duration] and {param}[end_date].", param=f"{param}[duration]")
    if "duration" in given:
        wanted = given["duration"]
        return recurring.added(start, wanted["interval"], wanted.get("interval_count", 1))
    if given["end_date"] == "now" or given["end_date"] <= start:
        raise invalid("The end_date of a phase must come after its start_date.", param=f"{param}[end_date]")
    return int(given["end_date"])


def priced(call: Call, given: Json, param: str) -> Json:
    """One item of a phase. Its price may have become inactive since."""
    if not given.get("price"):
        raise invalid(f"Missing required param: {param}[price].", param=f"{param}[price]", code="parameter_missing")
    found = call.get(price.KIND, given["price"], param=f"{param}[price]")
    return {"price": found, "quantity": given.get("quantity", 1), "metadata": given.get("metadata") or {}}
