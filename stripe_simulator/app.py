"""The Flask application: the API, the browser side's files, the bank's page, and the rehearsal's controls."""

import contextlib
import socket
from typing import Any

from flask import Flask, Response, current_app, jsonify, request

from stripe_simulator import controls, pages
from stripe_simulator.api import Api, Outcome, Request
from stripe_simulator.delivery import Deliverer
from stripe_simulator.store import Store

CORS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "GET, POST, DELETE, OPTIONS",
    "Access-Control-Expose-Headers": "Request-Id, Stripe-Version, Idempotent-Replayed, Stripe-Should-Retry",
    "Access-Control-Max-Age": "300",
}


def create_app(store: Store, deliverer: Deliverer) -> Flask:
    """The application over a store; `deliverer` must be started and stopped by whoever serves it."""
    app = Flask("stripe_simulator")
    app.json.sort_keys = False  # type: ignore[attr-defined]  # Flask's default provider has it
    app.extensions["stripe_simulator"] = Api(store, deliverer)
    path = "/v1/<path:path>"
    app.add_url_rule(path, "api", serve_api, methods=["GET", "POST", "DELETE"], provide_automatic_options=False)
    app.add_url_rule(path, "preflight", preflight, methods=["OPTIONS"], provide_automatic_options=False)
    app.register_blueprint(controls.blueprint)
    app.register_blueprint(pages.blueprint)
    return app


def serve_api(path: str) -> Response:
    api: Api = current_app.extensions["stripe_simulator"]
    outcome = api.serve(received())
    if outcome.dropped:
        drop_connection(request.environ.get("werkzeug.socket"))
    response = as_response(outcome)
    # Events go out when the answer has, as Stripe's usually do.
    response.call_on_close(lambda: api.deliverer.schedule(outcome.deliveries))
    return response


def received() -> Request:
    pairs = list(request.args.items(multi=True)) + list(request.form.items(multi=True))
    return Request(request.method, request.path, pairs, request.headers, request.host_url.rstrip("/"))


def as_response(outcome: Outcome) -> Response:
    response = jsonify(outcome.body)
    response.status_code = outcome.status or 500
    response.headers.update(outcome.headers | CORS)
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
