"""What a supervisor or a proxy asks."""

from flask import Blueprint

from storefront import db, worker

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
def alive() -> tuple[str, int]:
    """The process answers."""
    return "ok\n", 200


@blueprint.get("/readyz")
def ready() -> tuple[str, int]:
    """Database and queue can be reached."""
    missing = [
        name
        for name, reachable in (("database", db.is_reachable), ("queue", worker.queue_is_reachable))
        if not reachable()
    ]
    return (f"unreachable: {', '.join(missing)}\n", 503) if missing else ("ok\n", 200)
