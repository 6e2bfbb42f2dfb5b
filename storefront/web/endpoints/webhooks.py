"""Where Stripe delivers events. Its signature stands for the CSRF token."""

from flask import Blueprint, abort, request
from werkzeug.exceptions import RequestEntityTooLarge

from storefront import webhooks, worker
from storefront.errors import WebhookRefused
from storefront.models import Merchant
from storefront.web.support import csrf

blueprint = Blueprint("webhooks", __name__)
csrf.exempt(blueprint)
# What is no fault of the sender's is sent again until somebody has mended it here.
STATUSES = {"size": 413, "unreadable": 503}


@blueprint.post("/webhooks/stripe/<public_id>")
def deliver(public_id: str) -> tuple[str, int]:
    """Answer 2xx only when the event is stored (or is none of ours); the worker does the rest."""
    # PostgreSQL can't even look for a NUL character.
    merchant = Merchant.get_or_none(Merchant.public_id == public_id) if public_id.isprintable() else None
    if merchant is None:
        webhooks.refuse(None, "unknown")
        abort(404)
    if not merchant.is_connected:
        return "disconnected\n", 200
    # No more than this is ever read, whatever length is told. A body without one is cut there in silence: with
    # one byte above the limit it is known by its size.
    request.max_content_length = webhooks.MAX_PAYLOAD_BYTES + 1
    try:
        event = webhooks.receive(merchant, request.get_data(), request.headers.get("Stripe-Signature", ""))
    except RequestEntityTooLarge:
        return f"refused: {webhooks.refuse(merchant, 'size').reason}\n", 413
    except WebhookRefused as refusal:
        return f"refused: {refusal.reason}\n", STATUSES.get(refusal.reason, 400)
    if event is not None:
        worker.wake_for_event(event)
    return "ok\n", 200
