"""The Flask application: API, browser files, the bank's page, pages and control endpoints."""

import contextlib
import socket
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from flask import Flask, Response, current_app, jsonify, request

from stripe_simulator.api.server import Api, ApiResponse, Request
from stripe_simulator.controls import account, balance, bank, billing, deliveries, general, money, pages
from stripe_simulator.simulation import DEFAULT_DELAY, Simulation
from stripe_simulator.webhooks.sender import Post, post_locally

# Tells a caller without a socket that the connection was dropped.
DROPPED_HEADER = "Simulator-Dropped"
CORS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "GET, POST, DELETE, OPTIONS",
    "Access-Control-Expose-Headers": "Request-Id, Stripe-Version, Idempotent-Replayed, Stripe-Should-Retry",
    "Access-Control-Max-Age": "300",
}


def create_app(
    state: Path | None = None,
    *,
    delay: float = DEFAULT_DELAY,
    post: Post = post_locally,
    system_time: Callable[[], float] = time.time,
    constant_time: bool = False,
) -> Flask:
    """Create a simulator without threads and sockets, for tests in one process (`in_process` has the HTTP client).

    Webhooks wait until `POST /simulator/deliveries/send`, and are then passed to `post`. Delayed effects (`delay`
    seconds after their cause) wait until `/simulator/advance` or `/simulator/clock`. `state` is an SQLite file; without
    it everything is in memory. `system_time` is the clock that the simulated one is based on, in seconds since 1970.
    `constant_time`: see `Simulation`.
    """
    return build_app(Simulation(state, delay=delay, post=post, system_time=system_time, constant_time=constant_time))


def build_app(simulation: Simulation) -> Flask:
    """Build the application for a simulation. The caller starts and closes the simulation."""
    app = Flask("stripe_simulator")
    app.json.sort_keys = False  # type: ignore[attr-defined]  # Flask's default provider has it
    app.extensions["stripe_simulator"] = simulation
    app.extensions["stripe_simulator_api"] = Api(simulation)
    path = "/v1/<path:path>"
    app.add_url_rule(
        path, "api", handle_api_request, methods=["GET", "POST", "DELETE"], provide_automatic_options=False
    )
    app.add_url_rule(path, "preflight", preflight, methods=["OPTIONS"], provide_automatic_options=False)
    for module in (general, account, balance, bank, billing, deliveries, money, pages):
        app.register_blueprint(module.blueprint)
    app.after_request(set_date_header)
    return app


def set_date_header(response: Response) -> Response:
    """Set `Date` from the simulated clock, because a shop compares its own clock with it."""
    response.date = datetime.fromtimestamp(current_app.extensions["stripe_simulator"].clock.time(), UTC)
    return response


def handle_api_request(path: str) -> Response:
    api: Api = current_app.extensions["stripe_simulator_api"]
    api_response = api.serve(read_request())
    if api_response.dropped:
        drop_connection(request.environ.get("werkzeug.socket"))
    response = build_response(api_response)
    deliverer = api.simulation.deliverer
    if deliverer.sends_immediately():
        # Send events after the response, as Stripe usually does.
        response.call_on_close(lambda: deliverer.add(api_response.deliveries))
    else:
        deliverer.add(api_response.deliveries)
    return response


def read_request() -> Request:
    pairs = list(request.args.items(multi=True)) + list(request.form.items(multi=True))
    return Request(request.method, request.path, pairs, request.headers, request.host_url.rstrip("/"))


def build_response(api_response: ApiResponse) -> Response:
    response = jsonify(api_response.body)
    response.status_code = api_response.status or 500
    response.headers.update(api_response.headers | CORS)
    if api_response.dropped:
        response.headers[DROPPED_HEADER] = "true"
    return response


def drop_connection(connection: Any) -> None:
    """Close the socket without a response, so that the caller can't know whether the request was executed."""
    if connection is not None:
        with contextlib.suppress(OSError):
            connection.shutdown(socket.SHUT_RDWR)


def preflight(path: str) -> Response:
    """Answer the CORS preflight request that browsers send before a cross-origin request."""
    requested = request.headers.get("Access-Control-Request-Headers", "")
    return Response(status=204, headers=CORS | {"Access-Control-Allow-Headers": requested})
