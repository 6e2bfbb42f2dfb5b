"""How webhooks travel: held, lost, late, doubled, in the wrong order; one by one when there are no threads."""

from flask import Blueprint, Response, abort, jsonify

from stripe_simulator.errors import StripeError, invalid
from stripe_simulator.steering import number, refused, sent, simulation

blueprint = Blueprint("delivery_controls", __name__, url_prefix="/simulator")
blueprint.register_error_handler(StripeError, refused)


@blueprint.get("/deliveries")
def deliveries() -> Response:
    """Every webhook delivery with its attempts, oldest first, and how deliveries behave now."""
    deliverer = simulation().deliverer
    return jsonify(data=deliverer.log.listed(), mode=deliverer.mode, seconds=deliverer.seconds, held=deliverer.held)


@blueprint.post("/deliveries/hold")
def hold_deliveries() -> Response:
    """From now on events wait, as on a day when Stripe's webhooks are late."""
    simulation().deliverer.hold(True)
    return jsonify(held=True)


@blueprint.post("/deliveries/release")
def release_deliveries() -> Response:
    """What was held goes out, and what was gathered to be reversed."""
    simulation().deliverer.hold(False)
    return jsonify(held=False)


@blueprint.post("/deliveries/mode")
def set_mode() -> Response:
    """`{"mode": "normal" | "drop" | "delay" | "duplicate" | "reverse", "seconds": …}` (see delivery.py)."""
    given = sent()
    seconds = number(given, "seconds")
    if seconds is not None and seconds < 0:
        raise invalid("seconds must not be negative", param="seconds")
    deliverer = simulation().deliverer
    try:
        deliverer.behave(str(given.get("mode")), seconds)
    except ValueError as error:
        raise invalid(str(error), param="mode") from None
    return jsonify(mode=deliverer.mode, seconds=deliverer.seconds)


@blueprint.post("/deliveries/send")
def send_now() -> Response:
    """Tries what waits, before this answers, whatever holds it: `{"ids": […]}` in that order, or everything.

    `{"data": […]}`: the deliveries that were tried, with what came of it.
    """
    ids = sent().get("ids")
    if not (ids is None or (isinstance(ids, list) and all(isinstance(one, int) for one in ids))):
        raise invalid("ids must be a list of numbers of deliveries", param="ids")
    return jsonify(data=simulation().deliverer.send_now(ids))


@blueprint.post("/events/<id_>/resend")
def resend(id_: str) -> Response:
    """Sends an event once more, as Stripe itself sometimes does; 404 for one no endpoint ever wanted."""
    if not simulation().deliverer.send_again(id_):
        abort(404)
    return jsonify(ok=True)
