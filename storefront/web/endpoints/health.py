"""Health checks for supervisors and load balancers."""

from flask import Blueprint

from storefront import db, worker

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
def alive() -> tuple[str, int]:
    """200 if the process answers."""
    return "ok\n", 200


@blueprint.get("/readyz")
def ready() -> tuple[str, int]:
    """200 if database and queue can be reached, else 503."""
    unreachable = [
        name
        for name, reachable in (("database", db.is_reachable), ("queue", worker.queue_is_reachable))
        if not reachable()
    ]
    return (f"unreachable: {', '.join(unreachable)}\n", 503) if unreachable else ("ok\n", 200)
