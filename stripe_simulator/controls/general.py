"""Control endpoints for accounts, faults, recent requests, idempotency keys and the reset."""

from flask import Blueprint, Response, jsonify, request

from stripe_simulator import accounts
from stripe_simulator.controls.common import simulation
from stripe_simulator.store import Json

blueprint = Blueprint("controls", __name__, url_prefix="/simulator")


@blueprint.get("/health")
def health() -> Response:
    return jsonify(ok=True)


@blueprint.get("/accounts")
def list_accounts() -> Response:
    """List every account with its keys, for demo data and tests."""
    return jsonify(data=[account_json(account) for account in accounts.ACCOUNTS])


def account_json(account: accounts.Account) -> Json:
    return {
        "name": account.name,
        "id": account.id,
        "country": account.country,
        "currency": account.currency,
        "charges_enabled": account.charges_enabled,
        "keys": {mode: keys_json(account, mode) for mode in accounts.MODES},
    }


def keys_json(account: accounts.Account, mode: str) -> Json:
    return {
        "publishable": accounts.publishable_key(account, mode),
        "secret": accounts.secret_key(account, mode),
        "expired": accounts.expired_key(account, mode),
        "restricted": [
            {"key": accounts.restricted_key(account, word, mode), "lacks": sorted(missing_permissions)}
            for word, missing_permissions in account.missing_permissions.items()
        ],
    }


@blueprint.get("/faults")
def list_faults() -> Response:
    return jsonify(data=simulation().faults.list_all())


@blueprint.post("/faults")
def add_fault() -> tuple[Response, int]:
    """Add a fault; the JSON has the fields of `faults.Fault`. Returns 201, or 400 with a message."""
    fields = request.get_json(silent=True)
    if not isinstance(fields, dict):
        return jsonify(error="send a JSON object"), 400
    try:
        fault = simulation().faults.add(fields)
    except ValueError as error:
        return jsonify(error=str(error)), 400
    return jsonify(fault), 201


@blueprint.delete("/faults")
def clear_faults() -> Response:
    simulation().faults.clear()
    return jsonify(ok=True)


@blueprint.delete("/idempotency")
def forget_idempotency_keys() -> Response:
    """Expire all idempotency keys."""
    simulation().idempotency.clear()
    return jsonify(ok=True)


@blueprint.get("/requests")
def recent_requests() -> Response:
    """List the recent requests, oldest first."""
    return jsonify(data=simulation().request_log.list_all())


@blueprint.post("/reset")
def reset() -> Response:
    simulation().reset()
    return jsonify(ok=True)


@blueprint.post("/keep")
def keep() -> Response:
    """Keep a copy of everything as it is now."""
    simulation().keep()
    return jsonify(ok=True)


@blueprint.post("/restore")
def restore() -> tuple[Response, int]:
    """Bring back what was kept, after a reset. Returns 409 if nothing was kept, or if something has happened since."""
    if simulation().restore():
        return jsonify(ok=True), 200
    return jsonify(error="there is nothing to bring back, or the simulator is in use"), 409
