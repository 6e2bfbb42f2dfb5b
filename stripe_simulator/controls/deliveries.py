"""Control endpoints for webhook deliveries: hold, drop, delay, duplicate, reorder, send and resend."""

from flask import Blueprint, Response, abort, jsonify

from stripe_simulator.controls.common import error_response, find_object, number_field, request_data, simulation
from stripe_simulator.errors import StripeError, invalid
from stripe_simulator.webhooks.sender import send
from stripe_simulator.webhooks.thin_events import PING, thin_event

blueprint = Blueprint("delivery_controls", __name__, url_prefix="/simulator")
blueprint.register_error_handler(StripeError, error_response)


@blueprint.get("/deliveries")
def deliveries() -> Response:
    """List every delivery with its attempts, oldest first, and the current delivery mode."""
    deliverer = simulation().deliverer
    return jsonify(data=deliverer.log.list_all(), mode=deliverer.mode, seconds=deliverer.seconds, held=deliverer.held)


@blueprint.post("/deliveries/hold")
def hold_deliveries() -> Response:
    """Hold all events from now on, as when Stripe's webhooks are late."""
    simulation().deliverer.hold(True)
    return jsonify(held=True)


@blueprint.post("/deliveries/release")
def release_deliveries() -> Response:
    """Send the deliveries that were held or collected for the reverse mode."""
    simulation().deliverer.hold(False)
    return jsonify(held=False)


@blueprint.post("/deliveries/mode")
def set_mode() -> Response:
    """Takes `{"mode": …, "seconds": …}`: one of the modes in deliverer.py."""
    data = request_data()
    seconds = number_field(data, "seconds")
    if seconds is not None and seconds < 0:
        raise invalid("seconds must not be negative", param="seconds")
    deliverer = simulation().deliverer
    try:
        deliverer.set_mode(str(data.get("mode")), seconds)
    except ValueError as error:
        raise invalid(str(error), param="mode") from None
    return jsonify(mode=deliverer.mode, seconds=deliverer.seconds)


@blueprint.post("/deliveries/send")
def send_now() -> Response:
    """Try pending deliveries before responding, even when held: `{"ids": […]}` in this order, or all.

    Returns `{"data": […]}`: the deliveries that were tried, with their results.
    """
    ids = request_data().get("ids")
    if not (ids is None or (isinstance(ids, list) and all(isinstance(one, int) for one in ids))):
        raise invalid("ids must be a list of numbers of deliveries", param="ids")
    return jsonify(data=simulation().deliverer.send_now(ids))


@blueprint.post("/endpoints/<id_>/thin")
def send_thin_event(id_: str) -> Response:
    """Send a thin event of API v2 to this endpoint now: `{"type"?: …}`, by default a ping. Returns the attempt."""
    realm, endpoint = find_object("webhook_endpoint", id_)
    clock = simulation().clock
    event = thin_event(endpoint, realm.account.id, str(request_data().get("type") or PING), clock.time())
    return jsonify(send(event, endpoint, clock, simulation().deliverer.post))


@blueprint.post("/events/<id_>/resend")
def resend(id_: str) -> Response:
    """Send an event once more, as Stripe sometimes does; 404 if it has no deliveries."""
    if not simulation().deliverer.resend(id_):
        abort(404)
    return jsonify(ok=True)
