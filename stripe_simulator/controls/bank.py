"""Control endpoint for the buyer's answer to a 3-D Secure check."""

from typing import Any

from flask import Blueprint, abort, jsonify, redirect, request
from werkzeug.wrappers import Response as BaseResponse

from stripe_simulator.api.call import Call
from stripe_simulator.controls.common import find_object, simulation
from stripe_simulator.keys import Realm
from stripe_simulator.resources.payments import challenge
from stripe_simulator.resources.payments.intent import BROWSER_FIELDS
from stripe_simulator.store import Json, public_fields

blueprint = Blueprint("bank_controls", __name__, url_prefix="/simulator")


@blueprint.post("/challenge/<id_>")
def answer_challenge(id_: str) -> BaseResponse:
    """Answer a check: client_secret and outcome (authorize, fail, close), as JSON or form.

    JSON callers get `{"intent": …, "return_url": … or null}`; a form of an intent with a return URL is redirected
    there.
    """
    data: Any = request.get_json(silent=True) or request.form
    realm, intent = find_challenged_intent(id_, data.get("client_secret"))
    if data.get("outcome") not in challenge.OUTCOMES:
        abort(400, f"outcome must be one of {', '.join(challenge.OUTCOMES)}")

    def apply_answer(call: Call) -> Json:
        fresh = call.get(intent["object"], id_)
        return challenge.handle_answer(call, fresh, data["outcome"])

    intent = simulation().perform(realm, apply_answer)
    address = redirect_address(intent)
    if address and not request.is_json:
        return redirect(address, 303)
    visible = {name: intent[name] for name in BROWSER_FIELDS[intent["object"]]}
    return jsonify(intent=public_fields(visible), return_url=address)


def find_challenged_intent(id_: str, client_secret: str | None) -> tuple[Realm, Json]:
    """Return the realm and the intent; 404 without its client secret."""
    kind = "setup_intent" if id_.startswith("seti_") else "payment_intent"
    realm, intent = find_object(kind, id_)
    if intent["client_secret"] != client_secret:
        abort(404)
    return realm, intent


def redirect_address(intent: Json) -> str | None:
    """Return the address that a redirect goes back to, with the parameters that Stripe adds."""
    if not intent.get("_return_url"):
        return None
    address = str(intent["_return_url"])
    name = intent["object"]
    separator = "&" if "?" in address else "?"
    succeeded = intent["status"] in ("succeeded", "requires_capture", "processing")
    result = "succeeded" if succeeded else "failed"
    secret = f"{name}_client_secret={intent['client_secret']}"
    return f"{address}{separator}{name}={intent['id']}&{secret}&redirect_status={result}"
