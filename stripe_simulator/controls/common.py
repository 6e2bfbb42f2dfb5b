"""Helpers that all control endpoints use: the simulation, request data, responses, object lookup."""

from typing import Any

from flask import Response, abort, current_app, jsonify, redirect, request
from werkzeug.wrappers import Response as BaseResponse

from stripe_simulator import accounts
from stripe_simulator.errors import StripeError, invalid
from stripe_simulator.keys import Realm
from stripe_simulator.simulation import Simulation
from stripe_simulator.store import Json

REALMS = tuple(Realm(account, livemode) for account in accounts.ACCOUNTS for livemode in (False, True))


def simulation() -> Simulation:
    current: Simulation = current_app.extensions["stripe_simulator"]
    return current


def request_data() -> Json:
    """Return the JSON object or form of the request; an empty form is an empty object. Raises StripeError 400 for other
    JSON.
    """
    if not request.is_json:
        return {name: value for name, value in request.form.items() if value != ""}
    found: Any = request.get_json(silent=True)
    if not isinstance(found, dict):
        raise invalid("Send a JSON object.")
    return found


def number_field(given: Json, name: str) -> float | None:
    """Return a number field. Raises StripeError 400 for other values."""
    value = given.get(name)
    if isinstance(value, str):
        value = int(value) if value.removeprefix("-").isdecimal() else value
    if isinstance(value, bool) or not isinstance(value, int | float | None):
        raise invalid(f"{name} must be a number", param=name)
    return value


def control_response(body: Json, status: int = 200, anchor: str = "") -> BaseResponse:
    """Return JSON, or redirect a browser back to the simulator's page (to `anchor`) after it sent a form."""
    if request.form or request.accept_mimetypes.best == "text/html":
        return redirect(f"/simulator#{anchor}" if anchor else "/simulator", 303)
    response = jsonify(body)
    response.status_code = status
    return response


def error_response(error: StripeError) -> tuple[Response, int]:
    """Return the error as the API would."""
    return jsonify(error=error.error), error.status


def find_object(kind: str, id_: Any) -> tuple[Realm, Json]:
    """Find an object in any account and mode, with its realm; 404 when there is none."""
    for realm in REALMS:
        found = simulation().store.find(realm, kind, str(id_))
        if found is not None:
            return realm, found
    abort(404, f"no {kind} {id_}")
