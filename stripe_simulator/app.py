"""The Flask application: the API, the browser side's files, the bank's page, and the rehearsal's controls."""

import contextlib
import socket
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from flask import Flask, Response, current_app, jsonify, request

from stripe_simulator import bank_controls, billing_controls, controls, delivery_controls, money_controls, pages
from stripe_simulator.api import Api, Outcome, Request
from stripe_simulator.sending import Post, post_nearby
from stripe_simulator.simulation import LATER, Simulation

# Where there is no connection to drop, whoever calls the application is told with this header.
DROPPED = "Simulator-Dropped"
CORS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "GET, POST, DELETE, OPTIONS",
    "Access-Control-Expose-Headers": "Request-Id, Stripe-Version, Idempotent-Replayed, Stripe-Should-Retry",
    "Access-Control-Max-Age": "300",
}


def create_app(
    state: Path | None = None,
    *,
    later: float = LATER,
    post: Post = post_nearby,
    machine: Callable[[], float] = time.time,
) -> Flask:
    """A simulator without threads and sockets, for tests in one process (`in_process` has their HTTP client).

    Webhooks wait until `POST /simulator/deliveries/send`, and are then handed to `post`; what happens later
    (`later` seconds after its cause) waits until `/simulator/advance` or `/simulator/clock`. `state` is an
    SQLite file; without one everything is in memory. `machine` is the clock that its own starts from, seconds
    since 1970.
    """
    return app_of(Simulation(state, later=later, post=post, machine=machine))


def app_of(simulation: Simulation) -> Flask:
    """The application over a simulation; whoever serves it starts and closes the simulation."""
    app = Flask("stripe_simulator")
    app.json.sort_keys = False  # type: ignore[attr-defined]  # Flask's default provider has it
    app.extensions["stripe_simulator"] = simulation
    app.extensions["stripe_simulator_api"] = Api(simulation)
    path = "/v1/<path:path>"
    app.add_url_rule(path, "api", serve_api, methods=["GET", "POST", "DELETE"], provide_automatic_options=False)
    app.add_url_rule(path, "preflight", preflight, methods=["OPTIONS"], provide_automatic_options=False)
    for module in (controls, bank_controls, billing_controls, delivery_controls, money_controls, pages):
        app.register_blueprint(module.blueprint)
    app.after_request(dated)
    return app


def dated(response: Response) -> Response:
    """`Date` is the simulated Stripe's: a shop compares its own clock with it."""
    response.date = datetime.fromtimestamp(current_app.extensions["stripe_simulator"].clock.time(), UTC)
    return response


def serve_api(path: str) -> Response:
    api: Api = current_app.extensions["stripe_simulator_api"]
    outcome = api.serve(received())
    if outcome.dropped:
        drop_connection(request.environ.get("werkzeug.socket"))
    response = as_response(outcome)
    deliverer = api.simulation.deliverer
    if deliverer.sends_at_once():
        # Events go out when the answer has, as Stripe's usually do.
        response.call_on_close(lambda: deliverer.take_in(outcome.deliveries))
    else:
        deliverer.take_in(outcome.deliveries)
    return response


def received() -> Request:
    pairs = list(request.args.items(multi=True)) + list(request.form.items(multi=True))
    return Request(request.method, request.path, pairs, request.headers, request.host_url.rstrip("/"))


def as_response(outcome: Outcome) -> Response:
    response = jsonify(outcome.body)
    response.status_code = outcome.status or 500
    response.headers.update(outcome.headers | CORS)
    if outcome.dropped:
        response.headers[DROPPED] = "true"
    return response


def drop_connection(connection: Any) -> None:
    """Closes the socket under the answer: the caller can't know whether anything was done."""
    if connection is not None:
        with contextlib.suppress(OSError):
            connection.shutdown(socket.SHUT_RDWR)


def preflight(path: str) -> Response:
    """A browser asks before it sends its key from another origin."""
    wanted = request.headers.get("Access-Control-Request-Headers", "")
    return Response(status=204, headers=CORS | {"Access-Control-Allow-Headers": wanted})
