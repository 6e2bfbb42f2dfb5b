"""Tax rates: a name, a percentage, and whether prices include it. The percentage of a rate never changes."""

from stripe_simulator.api.call import Call
from stripe_simulator.errors import invalid
from stripe_simulator.ids import new_id
from stripe_simulator.resources.metadata import merge_metadata
from stripe_simulator.resources.pagination import paginate_stored
from stripe_simulator.store import Json
from stripe_simulator.webhooks import events

KIND = "tax_rate"
PLAIN_FIELDS = ("country", "description", "jurisdiction", "state", "tax_type")
MAX_RATES = 5


def create(call: Call) -> Json:
    """Raises StripeError 400 for a percentage that is none or has more than four decimals."""
    percentage = call.params["percentage"]
    if not 0 <= percentage <= 100:
        raise invalid("Invalid percentage: must be between 0 and 100.", param="percentage")
    if round(percentage, 4) != percentage:
        raise invalid("Invalid decimal: at most four decimal places.", param="percentage")
    rate = {
        "id": new_id("txr", call.realm.account.id),
        "object": KIND,
        "active": call.params.get("active", True),
        "created": call.now,
        "display_name": call.params["display_name"],
        "effective_percentage": None,
        "flat_amount": None,
        "inclusive": call.params["inclusive"],
        "jurisdiction_level": None,
        "livemode": call.realm.livemode,
        "metadata": merge_metadata({}, call.params.get("metadata")),
        "percentage": percentage,
        "rate_type": "percentage",
    } | {name: call.param(name) for name in PLAIN_FIELDS}
    events.emit(call, "tax_rate.created", call.save(rate))
    return rate


def retrieve(call: Call) -> Json:
    return call.get(KIND, call.ids["id"])


def update(call: Call) -> Json:
    """Change everything but the percentage and `inclusive`. Subscriptions and invoices that have the rate keep it."""
    rate = retrieve(call)
    before = dict(rate)
    rate.update({name: call.param(name) for name in PLAIN_FIELDS if name in call.params})
    rate.update({name: call.params[name] for name in ("active", "display_name") if name in call.params})
    rate["metadata"] = merge_metadata(rate["metadata"], call.params.get("metadata"))
    events.emit(call, "tax_rate.updated", call.save(rate), events.previous_attributes(before, rate))
    return rate


def list_all(call: Call) -> Json:
    return paginate_stored(call, KIND, "/v1/tax_rates", "active", "inclusive")


def requested(call: Call, ids: list[str] | None, kept: list[Json], param: str) -> list[Json]:
    """Return the rates that a parameter names: those `kept` from before, or active ones. Raises StripeError 400."""
    if len(ids or []) > MAX_RATES:
        raise invalid(f"You can pass at most {MAX_RATES} tax rates.", param=param)
    by_id = {one["id"]: one for one in kept}
    found = [by_id.get(id_) or _active(call, id_, f"{param}[{index}]") for index, id_ in enumerate(ids or [])]
    if len({one["inclusive"] for one in found}) > 1:
        raise invalid("You may not mix inclusive and exclusive tax rates on one item.", param=param)
    return found


def _active(call: Call, id_: str, param: str) -> Json:
    rate = call.get(KIND, id_, param=param)
    if not rate["active"]:
        raise invalid(f"The tax rate {id_} is inactive, so it can't be added.", param=param)
    return rate
