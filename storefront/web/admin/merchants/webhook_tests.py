"""A round trip: something harmless happens at Stripe, and its event is waited for."""

import time
from datetime import timedelta

from flask import Blueprint, abort, redirect, render_template, url_for
from werkzeug.wrappers import Response

from storefront import stripe_gateway, webhooks
from storefront.errors import SecretUnreadable, StripeError
from storefront.web.admin import labels
from storefront.web.admin.labels import webhooks as webhook_words
from storefront.web.admin.merchants.merchants import find_connected
from storefront.web.admin.shared import show_error, wants_fragment

blueprint = Blueprint(
    "webhook_tests", __name__, url_prefix="/settings/payment-systems/stripe/<public_id>/webhook/tests"
)

# Deliveries usually take seconds; after this the page says what to do.
PATIENCE_SECONDS = 60


@blueprint.post("")
def create(public_id: str) -> Response:
    """Make and cancel an intent that nobody pays; the next page waits for Stripe to tell of it."""
    merchant = find_connected(public_id)
    try:
        intent_id = stripe_gateway.trigger_test_event(merchant)
    except SecretUnreadable:
        show_error(labels.secret_unreadable())
        return redirect(url_for("admin.merchant_webhooks.show", public_id=public_id), 303)
    except StripeError as error:
        show_error(labels.stripe_problem(error))
        return redirect(url_for("admin.merchant_webhooks.show", public_id=public_id), 303)
    return redirect(url_for(".show", public_id=public_id, intent_id=intent_id, since=int(time.time())), 303)


@blueprint.get("/<intent_id>/<int:since>")
def show(public_id: str, intent_id: str, since: int) -> str:
    """Whether the event has come; the piece of the page that says so asks again by itself while it hasn't."""
    merchant = find_connected(public_id)
    if not intent_id.isascii() or not intent_id.isprintable():
        abort(404)
    waited = int(time.time()) - since
    event = webhooks.find_test_event(merchant, intent_id)
    return render_template(
        f"admin/merchants/webhook/{'_' if wants_fragment() else ''}test.html",
        merchant=merchant,
        intent_id=intent_id,
        since=since,
        event=event,
        waiting=event is None and waited < PATIENCE_SECONDS,
        refusal=webhooks.latest_refusal(merchant, timedelta(seconds=max(5, min(waited + 5, 3600)))),
        webhook_words=webhook_words,
    )
