"""What steers a rehearsal: faults, recent requests, deliveries, the bank's answer, starting over."""

from typing import Any

from flask import Blueprint, Response, abort, current_app, jsonify, redirect, request
from werkzeug.wrappers import Response as BaseResponse

from stripe_simulator import accounts, challenge, keys
from stripe_simulator.api import Api
from stripe_simulator.call import Call
from stripe_simulator.ids import request_id
from stripe_simulator.keys import Realm
from stripe_simulator.resources.intent import IN_BROWSER
from stripe_simulator.store import Json, public

blueprint = Blueprint("controls", __name__, url_prefix="/simulator")


def api() -> Api:
    simulated: Api = current_app.extensions["stripe_simulator"]
    return simulated


@blueprint.get("/health")
def health() -> Response:
    return jsonify(ok=True)


@blueprint.get("/accounts")
def listed_accounts() -> Response:
    """Every account with its keys, for demo data and tests."""
    return jsonify(data=[described(account) for account in accounts.ACCOUNTS])


def described(account: accounts.Account) -> Json:
    return {
        "name": account.name,
        "id": account.id,
        "country": account.country,
        "currency": account.currency,
        "charges_enabled": account.charges_enabled,
        "keys": {mode: keys_in(account, mode) for mode in accounts.MODES},
    }


def keys_in(account: accounts.Account, mode: str) -> Json:
    return {
        "publishable": accounts.publishable_key(account, mode),
        "secret": accounts.secret_key(account, mode),
        "expired": accounts.expired_key(account, mode),
        "restricted": [
            {"key": accounts.restricted_key(account, word, mode), "lacks": sorted(lacks)}
            for word, lacks in account.lacks.items()
        ],
    }


@blueprint.get("/faults")
def waiting_faults() -> Response:
    return jsonify(data=api().faults.listed())


@blueprint.post("/faults")
def add_fault() -> tuple[Response, int]:
    """JSON as in `faults.Fault`; 201, or 400 with words."""
    wanted = request.get_json(silent=True)
    if not isinstance(wanted, dict):
        return jsonify(error="send a JSON object"), 400
    try:
        fault = api().faults.add(wanted)
    except ValueError as error:
        return jsonify(error=str(error)), 400
    return jsonify(fault), 201


@blueprint.delete("/faults")
def clear_faults() -> Response:
    api().faults.clear()
    return jsonify(ok=True)


@blueprint.delete("/idempotency")
def forget_idempotency_keys() -> Response:
    """Every idempotency key is old enough to be forgotten."""
    api().idempotency.forget()
    return jsonify(ok=True)


@blueprint.get("/requests")
def recent_requests() -> Response:
    """Oldest first."""
    return jsonify(data=api().journal.listed())


@blueprint.get("/deliveries")
def deliveries() -> Response:
    """Every webhook delivery with its attempts, oldest first."""
    return jsonify(data=api().deliverer.listed())


@blueprint.post("/deliveries/hold")
def hold_deliveries() -> Response:
    """From now on events wait, as on a day when Stripe's webhooks are late."""
    api().deliverer.hold(True)
    return jsonify(held=True)


@blueprint.post("/deliveries/release")
def release_deliveries() -> Response:
    api().deliverer.hold(False)
    return jsonify(held=False)


@blueprint.post("/events/<id_>/resend")
def resend(id_: str) -> Response:
    """Sends an event once more, as Stripe itself sometimes does; 404 for one no endpoint ever wanted."""
    if not api().deliverer.send_again(id_):
        abort(404)
    return jsonify(ok=True)


@blueprint.post("/reset")
def reset() -> Response:
    api().reset()
    return jsonify(ok=True)


@blueprint.post("/challenge/<id_>")
def answer_challenge(id_: str) -> BaseResponse:
    """The bank's answer: client_secret and outcome (authorize, fail, close), as JSON or form.

    JSON callers get `{"intent": …, "return_url": … or null}`; a form with a return address is sent back there.
    """
    sent: Any = request.get_json(silent=True) or request.form
    realm, intent = challenged(id_, sent.get("client_secret"))
    if sent.get("outcome") not in challenge.OUTCOMES:
        abort(400, f"outcome must be one of {', '.join(challenge.OUTCOMES)}")
    simulated = api()
    call = Call(simulated.store, browser_key(realm), {}, {}, request_id(), request.host_url.rstrip("/"))
    with simulated.store.transaction():
        fresh = simulated.store.find(realm, intent["object"], id_) or intent
        intent = challenge.answer(call, fresh, sent["outcome"])
    simulated.deliverer.schedule(call.queued)
    back = return_address(intent)
    if back and not request.is_json:
        return redirect(back, 303)
    shown = {name: intent[name] for name in IN_BROWSER[intent["object"]]}
    return jsonify(intent=public(shown), return_url=back)


def challenged(id_: str, client_secret: str | None) -> tuple[Realm, Json]:
    """The intent and its realm; 404 without its client secret."""
    kind = "setup_intent" if id_.startswith("seti_") else "payment_intent"
    for account in accounts.ACCOUNTS:
        for livemode in (False, True):
            realm = Realm(account, livemode)
            intent = api().store.find(realm, kind, id_)
            if intent and intent["client_secret"] == client_secret:
                return realm, intent
    abort(404)


def browser_key(realm: Realm) -> keys.Key:
    return keys.KNOWN[accounts.publishable_key(realm.account, realm.mode)]


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
