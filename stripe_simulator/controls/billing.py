"""Control endpoints for renewals, the behavior of saved cards and the Billing settings."""

from flask import Blueprint, Response, jsonify
from werkzeug.wrappers import Response as BaseResponse

from stripe_simulator.api.call import Call
from stripe_simulator.cards import behavior_override
from stripe_simulator.controls.common import (
    REALMS,
    control_response,
    error_response,
    find_object,
    request_data,
    simulation,
)
from stripe_simulator.errors import StripeError, invalid
from stripe_simulator.keys import Realm
from stripe_simulator.resources.billing import billing_settings
from stripe_simulator.resources.subscriptions import immediate_renewal, item_replacement, pause
from stripe_simulator.store import Json, public_fields

blueprint = Blueprint("billing_controls", __name__, url_prefix="/simulator")
blueprint.register_error_handler(StripeError, error_response)


@blueprint.post("/subscriptions/<id_>/renew")
def renew(id_: str) -> BaseResponse:
    """Renew a subscription now. Takes `{"card"?: "succeeds" | "declines" | "asks" | "declines to ask" |
    "as its number"}`.

    The saved card keeps this behavior. Only the period of this subscription moves. Returns the subscription.
    """
    realm, _ = find_object("subscription", id_)
    behavior = request_data().get("card")

    def renew_subscription(call: Call) -> Json:
        if behavior is not None:
            set_card_behavior(call, id_, behavior)
        return immediate_renewal.renew_now(call)

    subscription = simulation().perform(realm, renew_subscription, {"subscription": id_})
    return control_response(public_fields(subscription), anchor="subscriptions")


@blueprint.post("/subscriptions/<id_>/card")
def change_card(id_: str) -> BaseResponse:
    """Set the behavior of the saved card without a renewal; returns `{"payment_method", "card"}`."""
    realm, _ = find_object("subscription", id_)
    behavior = request_data().get("card")
    return control_response(simulation().perform(realm, lambda call: set_card_behavior(call, id_, behavior)))


def set_card_behavior(call: Call, id_: str, behavior: object) -> Json:
    """Raises StripeError 400 for an unknown behavior, or a subscription without a saved card."""
    if behavior not in behavior_override.BEHAVIORS:
        raise invalid(f"card must be one of {', '.join(behavior_override.BEHAVIORS)}", param="card")
    method = immediate_renewal.saved_card(call, call.get("subscription", id_))
    if method is None:
        raise invalid("This subscription has no saved card.", param="subscription")
    call.save(method | {behavior_override.OVERRIDE_FIELD: behavior})
    return {"payment_method": method["id"], "card": behavior}


@blueprint.post("/subscriptions/<id_>/items")
def change_items(id_: str) -> BaseResponse:
    """Replace the items, as Stripe's Dashboard does. Takes `{"items": [{"unit_amount"?, "quantity"?, "interval"?,
    "interval_count"?, "usage_type"?: "licensed" | "metered", "billing_scheme"?: "per_unit" | "tiered"}]}`.

    Fields left out are those of the present first item. Nothing is prorated. Returns the subscription.
    """
    realm, _ = find_object("subscription", id_)
    wanted = {"subscription": id_, "items": request_data().get("items")}
    subscription = simulation().perform(realm, item_replacement.replace_items, wanted)
    return control_response(public_fields(subscription), anchor="subscriptions")


@blueprint.post("/subscriptions/<id_>/pause")
def pause_subscription(id_: str) -> BaseResponse:
    """Give the subscription the status `paused`. Takes `{"reason"?}`: Stripe's value in `status_details`, by default
    pause_requested; also one that the shop does not know. Returns the subscription.
    """
    realm, _ = find_object("subscription", id_)
    wanted = {"subscription": id_, "reason": request_data().get("reason") or "pause_requested"}
    subscription = simulation().perform(realm, pause.pause_on_request, wanted)
    return control_response(public_fields(subscription), anchor="subscriptions")


@blueprint.get("/billing")
def show_settings() -> Response:
    """Return the settings of every account in both modes."""
    return jsonify(data=[settings_json(realm) for realm in REALMS])


def settings_json(realm: Realm) -> Json:
    account = {"account": realm.account.id, "name": realm.account.name, "livemode": realm.livemode}
    return account | billing_settings.read(simulation().store, realm)


@blueprint.post("/billing")
def change_settings() -> BaseResponse:
    """Takes `{"account"?, "retry_days"?: [3, 5, 7], "afterwards"?: "canceled" | "unpaid" | "past_due",
    "draft_seconds"?}`.

    Without an account (an id or a name) the settings of all accounts change, in both modes.
    """
    wanted = request_data()
    account = wanted.pop("account", None)
    chosen = [realm for realm in REALMS if account in (None, realm.account.id, realm.account.name)]
    if not chosen:
        raise invalid(f"No such account: {account}", param="account")
    store = simulation().store
    with store.transaction():
        for realm in chosen:
            settings = billing_settings.update(store, realm, wanted)
    return control_response({name: settings[name] for name in billing_settings.DEFAULTS})
