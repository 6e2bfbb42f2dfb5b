"""SetupIntents: a card is kept for later charges; nothing is charged now."""

import stripe

from storefront.models import Merchant, Subscription
from storefront.stripe_gateway.client import client_of, stripe_call
from storefront.stripe_gateway.payments.cards import id_in
from storefront.stripe_gateway.payments.payment_intents import Intent

# Names our subscription that another card is kept for; a trial's first one, which Stripe makes, has none.
OURS = "subscription"
# The same by Stripe's id, for an event that tells of it.
AT_STRIPE = "stripe_subscription"


def create_card_setup(subscription: Subscription, key: str) -> Intent:
    """An intent that keeps another card for the subscription's customer; the same `key`, the same intent.

    Raises StripeError.
    """
    with stripe_call():
        made = client_of(subscription.merchant).v1.setup_intents.create(
            {
                "customer": subscription.customer_id,
                "usage": "off_session",
                "allowed_payment_method_types": ["card"],
                "metadata": {OURS: subscription.public_id, AT_STRIPE: subscription.subscription_id or ""},
            },
            {"idempotency_key": f"card-{subscription.public_id}-{key}"},
        )
    return setup_snapshot(made, subscription.currency)


def retrieve_setup_intent(merchant: Merchant, setup_intent_id: str, currency: str) -> Intent:
    """It as it is now, with its client secret; `currency` is only for the Intent's money, which is 0.

    Raises StripeError.
    """
    with stripe_call():
        found = client_of(merchant).v1.setup_intents.retrieve(setup_intent_id)
    return setup_snapshot(found, currency)


def cancel_setup_intent(merchant: Merchant, setup_intent_id: str, currency: str) -> Intent:
    """Cancel it, so that its client secret can keep no card any more.

    Raises StripeRefused (code `setup_intent_unexpected_state`) when it is too late, and other StripeError.
    """
    with stripe_call():
        ended = client_of(merchant).v1.setup_intents.cancel(setup_intent_id)
    return setup_snapshot(ended, currency)


def setup_snapshot(intent: stripe.SetupIntent, currency: str) -> Intent:
    """A SetupIntent as an Intent whose amounts are 0."""
    error = getattr(intent, "last_setup_error", None)
    metadata = intent.metadata.to_dict() if intent.metadata else {}
    return Intent(
        id=intent.id,
        status=intent.status,
        amount=0,
        amount_received=0,
        currency=currency.upper(),
        livemode=intent.livemode,
        client_secret=intent.client_secret or "",
        payment=str(metadata.get("payment", "")),
        error_code=str(getattr(error, "code", None) or ""),
        decline_code=str(getattr(error, "decline_code", None) or ""),
        attempt=id_in(intent, "latest_attempt") if error else "",
        payment_method=id_in(intent, "payment_method") or id_in(error, "payment_method"),
        customer=id_in(intent, "customer"),
    )
