"""Receives Stripe's events. Deliveries are authenticated by their signature, so they need no CSRF token."""

from flask import Blueprint, abort, request
from werkzeug.exceptions import RequestEntityTooLarge

from storefront import webhooks, worker
from storefront.errors import WebhookRefused
from storefront.models import Merchant
from storefront.web.support import csrf

blueprint = Blueprint("webhooks", __name__)
csrf.exempt(blueprint)
# Answers to refused deliveries; all other reasons are 400. Stripe retries: a 503 succeeds once the owner has fixed the
# shop's keys.
STATUS_BY_REASON = {"size": 413, "unreadable": 503}


@blueprint.post("/webhooks/stripe/<public_id>")
def deliver(public_id: str) -> tuple[str, int]:
    """Answer 2xx once the event is stored, or if it does not concern the shop. The worker handles it later.

    410 for a disconnected account: the shop wants no more of its events.
    """
    merchant = Merchant.get_or_none(Merchant.public_id == public_id)
    if merchant is None:
        webhooks.refuse(None, "unknown")
        abort(404)
    if not merchant.is_connected:
        # Stripe disables an endpoint that answers so.
        return "disconnected\n", 410
    # Read at most one byte above the limit. Werkzeug silently cuts a body without Content-Length at the maximum, so
    # the extra byte shows that it was too large.
    request.max_content_length = webhooks.MAX_PAYLOAD_BYTES + 1
    try:
        event = webhooks.receive(merchant, request.get_data(), request.headers.get("Stripe-Signature", ""))
    except RequestEntityTooLarge:
        return f"refused: {webhooks.refuse(merchant, 'size').reason}\n", 413
    except WebhookRefused as refusal:
        return f"refused: {refusal.reason}\n", STATUS_BY_REASON.get(refusal.reason, 400)
    if event is not None:
        worker.wake_for_event(event)
    return "ok\n", 200
