"""What happens to money behind the shop's back: refunds, disputes, a bank that thinks, time that goes by."""

from flask import Blueprint, Response, jsonify
from werkzeug.wrappers import Response as BaseResponse

from stripe_simulator import ledger
from stripe_simulator.errors import StripeError, invalid
from stripe_simulator.resources import dispute, processing, refund
from stripe_simulator.steering import answered, number, realm_of, refused, sent, simulation
from stripe_simulator.store import Json, public

blueprint = Blueprint("money_controls", __name__, url_prefix="/simulator")
blueprint.register_error_handler(StripeError, refused)


@blueprint.post("/refunds")
def refund_in_dashboard() -> BaseResponse:
    """`{"payment_intent", "amount"?, "reason"?}`: a refund as somebody makes it in Stripe's Dashboard; 201."""
    given = sent()
    amount = number(given, "amount")
    params: Json = {name: given[name] for name in given if name in ("payment_intent", "reason")}
    if amount is not None:
        params["amount"] = int(amount)
    realm, _ = realm_of("payment_intent", given.get("payment_intent"))
    return answered(public(simulation().act(realm, refund.create, params)), 201)


@blueprint.post("/disputes")
def dispute_by_buyer() -> BaseResponse:
    """`{"payment_intent", "reason"?, "inquiry"?}`: the buyer goes to the bank; 201."""
    given = sent()
    realm, _ = realm_of("payment_intent", given.get("payment_intent"))
    return answered(public(simulation().act(realm, dispute.open_at_will, given)), 201)


@blueprint.post("/processing")
def think_about_it() -> BaseResponse:
    """`{"payment_intent", "outcome": "succeeds" | "fails"}`: what its next confirmation, or the one under way,
    comes to after a while in `processing`; 201."""
    given = sent()
    realm, _ = realm_of("payment_intent", given.get("payment_intent"))
    return answered(public(simulation().act(realm, processing.order, given)), 201)


@blueprint.post("/advance")
def advance() -> BaseResponse:
    """Whatever would happen later happens now, except deadlines: `{"happened": [{"what", "id", …}]}`."""
    return answered({"happened": simulation().catch_up(at_once=True)})


@blueprint.get("/clock")
def clock() -> Response:
    """Stripe's time, in seconds since 1970, and how far it is ahead of this machine's."""
    return jsonify(now=simulation().clock.time(), ahead=simulation().clock.moved)


@blueprint.post("/clock")
def move_clock() -> BaseResponse:
    """`{"advance": seconds}`; what becomes due by it happens: `{"now", "ahead", "happened"}`."""
    seconds = number(sent(), "advance")
    if seconds is None:
        raise invalid("advance must be a number of seconds", param="advance")
    happened = simulation().move_clock(seconds)
    return answered({"now": simulation().clock.time(), "ahead": simulation().clock.moved, "happened": happened})


@blueprint.get("/ledger")
def show_ledger() -> Response:
    """The money, per account, mode and payment intent (see ledger.py)."""
    return jsonify(data=ledger.of(simulation().store))
