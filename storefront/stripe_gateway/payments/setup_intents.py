"""SetupIntents: save a card for later charges. Nothing is charged now."""

import stripe

from storefront.models import AT_CREATION, Merchant, Subscription
from storefront.stripe_gateway.answers import id_field, metadata_of
from storefront.stripe_gateway.client import client_of, numbered_call, stripe_call
from storefront.stripe_gateway.payments.payment_intents import Intent

# Metadata keys of a SetupIntent that changes the card: the subscription's public id and its id at Stripe.
# The SetupIntent that Stripe creates for a trial has neither.
SUBSCRIPTION_KEY = "subscription"
STRIPE_SUBSCRIPTION_KEY = "stripe_subscription"


def create_card_setup(subscription: Subscription, key: str) -> Intent:
    """Create a SetupIntent for another card of the subscription. The same `key` returns the same intent.

    Raises StripeError.
    """
    with stripe_call():
        made = client_of(subscription.merchant).v1.setup_intents.create(
            {
                "customer": subscription.customer_id,
                "usage": "off_session",
                "allowed_payment_method_types": ["card"],
                "metadata": {
                    SUBSCRIPTION_KEY: subscription.public_id,
                    STRIPE_SUBSCRIPTION_KEY: subscription.subscription_id or "",
                },
            },
            {"idempotency_key": f"card-{subscription.public_id}-{key}"},
        )
    return setup_snapshot(made, subscription.currency, AT_CREATION)


def retrieve_setup_intent(merchant: Merchant, setup_intent_id: str, currency: str) -> Intent:
    """Retrieve a SetupIntent. `currency` is that of the Intent's amounts, which are 0. Raises StripeError."""
    with numbered_call() as number:
        found = client_of(merchant).v1.setup_intents.retrieve(setup_intent_id)
    return setup_snapshot(found, currency, number)


def cancel_setup_intent(merchant: Merchant, setup_intent_id: str, currency: str) -> Intent:
    """Cancel the SetupIntent, so that nobody can save a card with its client secret any more.

    Raises StripeRefused (code `setup_intent_unexpected_state`) if it is too late, and other StripeErrors.
    """
    with numbered_call() as number:
        ended = client_of(merchant).v1.setup_intents.cancel(setup_intent_id)
    return setup_snapshot(ended, currency, number)


def setup_snapshot(intent: stripe.SetupIntent, currency: str, request_number: int) -> Intent:
    """Represent a SetupIntent as an Intent with amounts of 0."""
    error = getattr(intent, "last_setup_error", None)
    metadata = metadata_of(intent)
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
        attempt=id_field(intent, "latest_attempt") if error else "",
        payment_method=id_field(intent, "payment_method") or id_field(error, "payment_method"),
        customer=id_field(intent, "customer"),
        request_number=request_number,
    )
