"""What steers a rehearsal: accounts, faults, recent requests, starting over."""

from flask import Blueprint, Response, jsonify, request

from stripe_simulator import accounts
from stripe_simulator.steering import simulation
from stripe_simulator.store import Json

blueprint = Blueprint("controls", __name__, url_prefix="/simulator")


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
    return jsonify(data=simulation().faults.listed())


@blueprint.post("/faults")
def add_fault() -> tuple[Response, int]:
    """JSON as in `faults.Fault`; 201, or 400 with words."""
    wanted = request.get_json(silent=True)
    if not isinstance(wanted, dict):
        return jsonify(error="send a JSON object"), 400
    try:
        fault = simulation().faults.add(wanted)
    except ValueError as error:
        return jsonify(error=str(error)), 400
    return jsonify(fault), 201


@blueprint.delete("/faults")
def clear_faults() -> Response:
    simulation().faults.clear()
    return jsonify(ok=True)


@blueprint.delete("/idempotency")
def forget_idempotency_keys() -> Response:
    """Every idempotency key is old enough to be forgotten."""
    simulation().idempotency.forget()
    return jsonify(ok=True)


@blueprint.get("/requests")
def recent_requests() -> Response:
    """Oldest first."""
    return jsonify(data=simulation().journal.listed())


@blueprint.post("/reset")
def reset() -> Response:
    simulation().reset()
    return jsonify(ok=True)
