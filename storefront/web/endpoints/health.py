"""Health checks for supervisors and load balancers."""

from flask import Blueprint, Response

from storefront import operations, worker

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
def alive() -> Response:
    """200 if the process answers."""
    return _text("ok\n")


@blueprint.get("/readyz")
def ready() -> Response:
    """200 if the database can be written, else 503. A queue that is away is a warning: the shop sells without it."""
    problem = operations.write_problem()
    if problem:
        return _text(f"database: {problem}\n", 503)
    if not worker.queue_is_reachable():
        return _text("ok\nwarning: the queue is away; jobs run once a minute\n")
    return _text("ok\n")


def _text(words: str, status: int = 200) -> Response:
    return Response(words, status, content_type="text/plain; charset=utf-8")
