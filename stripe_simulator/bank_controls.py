"""The bank's side of 3-D Secure: what the buyer answers on its page."""

from typing import Any

from flask import Blueprint, abort, jsonify, redirect, request
from werkzeug.wrappers import Response as BaseResponse

from stripe_simulator import challenge
from stripe_simulator.call import Call
from stripe_simulator.keys import Realm
from stripe_simulator.resources.intent import IN_BROWSER
from stripe_simulator.steering import realm_of, simulation
from stripe_simulator.store import Json, public

blueprint = Blueprint("bank_controls", __name__, url_prefix="/simulator")


@blueprint.post("/challenge/<id_>")
def answer_challenge(id_: str) -> BaseResponse:
    """The bank's answer: client_secret and outcome (authorize, fail, close), as JSON or form.

    JSON callers get `{"intent": …, "return_url": … or null}`; a form with a return address is sent back there.
    """
    sent: Any = request.get_json(silent=True) or request.form
    realm, intent = challenged(id_, sent.get("client_secret"))
    if sent.get("outcome") not in challenge.OUTCOMES:
        abort(400, f"outcome must be one of {', '.join(challenge.OUTCOMES)}")

    def answered(call: Call) -> Json:
        fresh = call.get(intent["object"], id_)
        return challenge.answer(call, fresh, sent["outcome"])

    intent = simulation().act(realm, answered)
    back = return_address(intent)
    if back and not request.is_json:
        return redirect(back, 303)
    shown = {name: intent[name] for name in IN_BROWSER[intent["object"]]}
    return jsonify(intent=public(shown), return_url=back)


def challenged(id_: str, client_secret: str | None) -> tuple[Realm, Json]:
    """The intent and its realm; 404 without its client secret."""
    kind = "setup_intent" if id_.startswith("seti_") else "payment_intent"
    realm, intent = realm_of(kind, id_)
    if intent["client_secret"] != client_secret:
        abort(404)
    return realm, intent


def return_address(intent: Json) -> str | None:
    """Where a redirect goes back to, with what Stripe adds to it."""
    if not intent.get("_return_url"):
        return None
    address = str(intent["_return_url"])
    name = intent["object"]
    joint = "&" if "?" in address else "?"
    good = intent["status"] in ("succeeded", "requires_capture", "processing")
    result = "succeeded" if good else "failed"
    return (
        f"{address}{joint}{name}={intent['id']}&{name}_client_secret={intent['client_secret']}&redirect_status={result}"
    )
