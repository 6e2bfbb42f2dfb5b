"""What all controls share: the simulation they steer, what was sent to them, whose object an id is."""

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
    simulated: Simulation = current_app.extensions["stripe_simulator"]
    return simulated


def sent() -> Json:
    """A JSON object or a form; nothing at all is an empty object. Raises StripeError 400 for other JSON."""
    if not request.is_json:
        return {name: value for name, value in request.form.items() if value != ""}
    found: Any = request.get_json(silent=True)
    if not isinstance(found, dict):
        raise invalid("Send a JSON object.")
    return found


def number(given: Json, name: str) -> float | None:
    """A number in what was sent. Raises StripeError 400 for something else."""
    value = given.get(name)
    if isinstance(value, str):
        value = int(value) if value.removeprefix("-").isdecimal() else value
    if isinstance(value, bool) or not isinstance(value, int | float | None):
        raise invalid(f"{name} must be a number", param=name)
    return value


def answered(body: Json, status: int = 200, place: str = "") -> BaseResponse:
    """JSON for programs; somebody who pressed a button of the simulator's page is sent back there, to the `place`."""
    if request.form or request.accept_mimetypes.best == "text/html":
        return redirect(f"/simulator#{place}" if place else "/simulator", 303)
    response = jsonify(body)
    response.status_code = status
    return response


def refused(error: StripeError) -> tuple[Response, int]:
    """A control that can't do what was asked answers as the API would."""
    return jsonify(error=error.error), error.status


def realm_of(kind: str, id_: Any) -> tuple[Realm, Json]:
    """An object of whatever account and mode, and its realm; 404 when there is none."""
    for realm in REALMS:
        found = simulation().store.find(realm, kind, str(id_))
        if found is not None:
            return realm, found
    abort(404, f"no {kind} {id_}")
