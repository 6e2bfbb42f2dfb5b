"""Testing a merchant's webhook: cause an event at Stripe and wait for its delivery."""

import time
from datetime import timedelta

from flask import Blueprint, abort, redirect, render_template, url_for
from werkzeug.wrappers import Response

from storefront import stripe_gateway, webhooks
from storefront.errors import SecretUnreadable, StripeError
from storefront.web.admin import labels
from storefront.web.admin.merchants.merchants import connected_merchant_or_404
from storefront.web.admin.shared import show_error, wants_fragment

blueprint = Blueprint(
    "webhook_tests", __name__, url_prefix="/settings/payment-systems/stripe/<public_id>/webhook/tests"
)

# Deliveries usually take seconds. After this time the page says what to check.
MAX_WAIT_SECONDS = 60


@blueprint.post("")
def create(public_id: str) -> Response:
    """Create and cancel a payment intent, then redirect to the page that waits for the event."""
    merchant = connected_merchant_or_404(public_id)
    try:
        intent_id = stripe_gateway.trigger_test_event(merchant)
    except (StripeError, SecretUnreadable) as error:
        show_error(labels.stripe_error(error))
        return redirect(url_for("admin.merchant_webhooks.show", public_id=public_id), 303)
    return redirect(url_for(".show", public_id=public_id, intent_id=intent_id, since=int(time.time())), 303)


@blueprint.get("/<intent_id>/<int:since>")
def show(public_id: str, intent_id: str, since: int) -> str:
    """Whether the event has arrived. Until then the fragment requests itself again."""
    merchant = connected_merchant_or_404(public_id)
    if not intent_id.isascii() or not intent_id.isprintable():
        abort(404)
    seconds_waited = int(time.time()) - since
    event = webhooks.find_test_event(merchant, intent_id)
    return render_template(
        f"admin/merchants/webhook/{'_' if wants_fragment() else ''}test.html",
        merchant=merchant,
        intent_id=intent_id,
        since=since,
        event=event,
        waiting=event is None and seconds_waited < MAX_WAIT_SECONDS,
        refusal=webhooks.latest_refusal(merchant, timedelta(seconds=max(5, min(seconds_waited + 5, 3600)))),
    )
