"""Triggers an event, to test the webhook: creates and cancels an intent that nobody pays."""

from storefront.models import Merchant
from storefront.money import MINIMUM_AMOUNTS
from storefront.stripe_gateway.client import client_of, stripe_call

# More than any unknown minimum charge, in minor units. Nobody is charged.
LARGE_AMOUNT = 1_000_000


def trigger_test_event(merchant: Merchant) -> str:
    """Create and cancel a PaymentIntent. Stripe then sends `payment_intent.canceled` with the returned id.

    Raises StripeError.
    """
    currency = merchant.default_currency or "USD"
    client = client_of(merchant)
    with stripe_call():
        intent = client.v1.payment_intents.create(
            {
                "amount": MINIMUM_AMOUNTS.get(currency, LARGE_AMOUNT),
                "currency": currency.lower(),
                "allowed_payment_method_types": ["card"],
                "description": "Testing the webhook; nobody is charged",
            }
        )
        client.v1.payment_intents.cancel(intent.id)
    return intent.id
