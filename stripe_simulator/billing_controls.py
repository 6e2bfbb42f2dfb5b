"""Renewals on demand: now, with a card that succeeds, declines or asks the bank; and the owner's Billing settings."""

from flask import Blueprint, Response, jsonify
from werkzeug.wrappers import Response as BaseResponse

from stripe_simulator import behaving, billing
from stripe_simulator.call import Call
from stripe_simulator.errors import StripeError, invalid
from stripe_simulator.keys import Realm
from stripe_simulator.resources import turning
from stripe_simulator.steering import REALMS, answered, realm_of, refused, sent, simulation
from stripe_simulator.store import Json, public

blueprint = Blueprint("billing_controls", __name__, url_prefix="/simulator")
blueprint.register_error_handler(StripeError, refused)


@blueprint.post("/subscriptions/<id_>/renew")
def renew(id_: str) -> BaseResponse:
    """`{"card"?: "succeeds" | "declines" | "asks" | "as its number"}`: the renewal happens now; the subscription.

    The saved card behaves so from now on. Only this subscription's period moves.
    """
    realm, _ = realm_of("subscription", id_)
    way = sent().get("card")

    def renewed(call: Call) -> Json:
        if way is not None:
            order(call, id_, way)
        return turning.turn_now(call)

    turned = simulation().act(realm, renewed, {"subscription": id_})
    return answered(public(turned), place="subscriptions")


@blueprint.post("/subscriptions/<id_>/card")
def change_card(id_: str) -> BaseResponse:
    """`{"card": …}` as above, without a renewal: `{"payment_method", "card"}`."""
    realm, _ = realm_of("subscription", id_)
    way = sent().get("card")
    return answered(simulation().act(realm, lambda call: order(call, id_, way)))


def order(call: Call, id_: str, way: object) -> Json:
    """Raises StripeError 400 for a behaviour there isn't, or a subscription without a saved card."""
    if way not in behaving.WAYS:
        raise invalid(f"card must be one of {', '.join(behaving.WAYS)}", param="card")
    method = turning.card_of(call, call.get("subscription", id_))
    if method is None:
        raise invalid("This subscription has no saved card.", param="subscription")
    call.save(method | {behaving.BEHAVES: way})
    return {"payment_method": method["id"], "card": way}


@blueprint.get("/billing")
def shown() -> Response:
    """The settings of every account, in both modes."""
    return jsonify(data=[described(realm) for realm in REALMS])


def described(realm: Realm) -> Json:
    whose = {"account": realm.account.id, "name": realm.account.name, "livemode": realm.livemode}
    return whose | billing.settings(simulation().store, realm)


@blueprint.post("/billing")
def choose() -> BaseResponse:
    """`{"account"?, "retry_days"?: [3, 5, 7], "afterwards"?: "canceled" | "unpaid" | "past_due", "draft_seconds"?}`.

    Without an account (an id or a name) for all of them, in both modes.
    """
    wanted = sent()
    whose = wanted.pop("account", None)
    chosen = [realm for realm in REALMS if whose in (None, realm.account.id, realm.account.name)]
    if not chosen:
        raise invalid(f"No such account: {whose}", param="account")
    store = simulation().store
    with store.transaction():
        for realm in chosen:
            settings = billing.choose(store, realm, wanted)
    return answered({name: settings[name] for name in billing.DEFAULTS})
