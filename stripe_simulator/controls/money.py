"""Control endpoints for refunds, disputes, processing payments, the clock and the ledger."""

from flask import Blueprint, Response, jsonify
from werkzeug.wrappers import Response as BaseResponse

from stripe_simulator import ledger
from stripe_simulator.controls.common import (
    control_response,
    error_response,
    find_object,
    number_field,
    request_data,
    simulation,
)
from stripe_simulator.errors import StripeError, invalid
from stripe_simulator.resources.payments import dispute, dispute_stages, processing, refund
from stripe_simulator.store import Json, public_fields

blueprint = Blueprint("money_controls", __name__, url_prefix="/simulator")
blueprint.register_error_handler(StripeError, error_response)


@blueprint.post("/refunds")
def refund_in_dashboard() -> BaseResponse:
    """Create a refund as if in Stripe's Dashboard: `{"payment_intent", "amount"?, "reason"?}`; 201."""
    data = request_data()
    amount = number_field(data, "amount")
    params: Json = {name: data[name] for name in data if name in ("payment_intent", "reason")}
    if amount is not None:
        params["amount"] = int(amount)
    realm, _ = find_object("payment_intent", data.get("payment_intent"))
    return control_response(public_fields(simulation().perform(realm, refund.create, params)), 201)


@blueprint.post("/disputes")
def dispute_by_buyer() -> BaseResponse:
    """Open a dispute as the buyer would: `{"payment_intent", "reason"?, "inquiry"?, "amount"?, "currency"?}`; 201."""
    data = request_data()
    realm, _ = find_object("payment_intent", data.get("payment_intent"))
    return control_response(public_fields(simulation().perform(realm, dispute.open_on_request, data)), 201)


@blueprint.post("/disputes/stage")
def set_dispute_stage() -> BaseResponse:
    """Move the latest dispute of a payment on, as the bank does: `{"payment_intent", "stage", "amount"?, "currency"?,
    "days"?}`, see dispute_stages.set_stage.
    """
    data = request_data()
    realm, _ = find_object("payment_intent", data.get("payment_intent"))
    return control_response(public_fields(simulation().perform(realm, dispute_stages.set_stage, data)))


@blueprint.post("/processing")
def set_processing_result() -> BaseResponse:
    """Takes `{"payment_intent", "outcome": "succeeds" | "fails"}`; 201.

    The next confirmation, or the current one, goes through `processing` and then has this outcome.
    """
    data = request_data()
    realm, _ = find_object("payment_intent", data.get("payment_intent"))
    return control_response(public_fields(simulation().perform(realm, processing.set_result, data)), 201)


@blueprint.post("/advance")
def advance() -> BaseResponse:
    """Run all delayed actions now, except those with a deadline: `{"happened": [{"what", "id", …}]}`."""
    return control_response({"happened": simulation().run_due(everything=True)})


@blueprint.get("/clock")
def clock() -> Response:
    """Return the simulated time in seconds since 1970, and its offset from this machine's time in seconds."""
    return jsonify(now=simulation().clock.time(), ahead=simulation().clock.offset)


@blueprint.post("/clock")
def move_clock() -> BaseResponse:
    """Move the clock by `{"advance": seconds}` and run what becomes due: `{"now", "ahead", "happened"}`."""
    seconds = number_field(request_data(), "advance")
    if seconds is None:
        raise invalid("advance must be a number of seconds", param="advance")
    happened = simulation().move_clock(seconds)
    return control_response(
        {"now": simulation().clock.time(), "ahead": simulation().clock.offset, "happened": happened}
    )


@blueprint.get("/ledger")
def show_ledger() -> Response:
    """Return the money per account, mode and payment intent (see ledger.py)."""
    return jsonify(data=ledger.entries(simulation().store))
