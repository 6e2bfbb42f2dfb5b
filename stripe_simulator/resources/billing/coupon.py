"""Coupons: what is taken off invoices, and for how long. A coupon never changes; subscriptions keep deleted ones."""

from stripe_simulator.api.call import Call
from stripe_simulator.errors import StripeError, invalid
from stripe_simulator.ids import random_characters
from stripe_simulator.resources.billing.price import requested_currency
from stripe_simulator.resources.metadata import merge_metadata
from stripe_simulator.resources.pagination import paginate_stored
from stripe_simulator.resources.payments import intent
from stripe_simulator.store import Json
from stripe_simulator.webhooks import events

KIND = "coupon"
UNSUPPORTED = frozenset(["applies_to", "currency_options"])
MAX_NAME_LENGTH = 40


def create(call: Call) -> Json:
    """Raises StripeError 400 for invalid amounts, percentages and durations, and for an id that is in use."""
    intent.reject_unsupported(call, UNSUPPORTED)
    id_ = call.param("id") or random_characters(8)
    if call.store.find(call.realm, KIND, id_):
        raise StripeError(400, "invalid_request_error", "Coupon already exists.", code="resource_already_exists")
    if len(call.param("name") or "") > MAX_NAME_LENGTH:
        raise invalid(f"Invalid string: the name is longer than {MAX_NAME_LENGTH} characters.", param="name")
    coupon = {
        "id": id_,
        "object": KIND,
        **value(call),
        "created": call.now,
        **duration(call),
        "livemode": call.realm.livemode,
        "max_redemptions": call.param("max_redemptions"),
        "metadata": merge_metadata({}, call.params.get("metadata")),
        "name": call.param("name"),
        "redeem_by": call.param("redeem_by"),
        "times_redeemed": 0,
        "valid": True,
    }
    events.emit(call, "coupon.created", call.save(coupon))
    return coupon


def value(call: Call) -> Json:
    """Return what the coupon takes off: an amount with its currency, or a percentage."""
    amount, percent = call.param("amount_off"), call.param("percent_off")
    if (amount is None) == (percent is None):
        raise invalid("You must pass either percent_off or amount_off", param="percent_off")
    if percent is not None:
        if not 0 < percent <= 100:
            raise invalid("Invalid percent_off: must be between 0 and 100.", param="percent_off")
        return {"amount_off": None, "currency": None, "percent_off": percent}
    if amount < 1:
        raise invalid("Invalid positive integer", param="amount_off", code="parameter_invalid_integer")
    if not call.param("currency"):
        raise invalid("You must pass currency when passing amount_off", param="currency")
    return {"amount_off": amount, "currency": requested_currency(call), "percent_off": None}


def duration(call: Call) -> Json:
    kind, months = call.params.get("duration", "once"), call.param("duration_in_months")
    if (kind == "repeating") != (months is not None):
        raise invalid("duration_in_months goes with duration=repeating only.", param="duration_in_months")
    return {"duration": kind, "duration_in_months": months}


def retrieve(call: Call) -> Json:
    return call.get(KIND, call.ids["id"])


def delete(call: Call) -> Json:
    """Nobody can redeem it any more. Subscriptions that have it keep their discounts."""
    coupon = retrieve(call)
    call.store.delete(call.realm, coupon["id"])
    events.emit(call, "coupon.deleted", coupon)
    return {"id": coupon["id"], "object": KIND, "deleted": True}


def list_all(call: Call) -> Json:
    return paginate_stored(call, KIND, "/v1/coupons")
