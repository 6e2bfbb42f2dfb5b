"""Proving that events arrive: an intent that nobody pays is made and canceled, and Stripe tells of it."""

from storefront.models import Merchant
from storefront.money import MINIMUM_AMOUNTS
from storefront.stripe_gateway.client import client_of, stripe_call

# More than the least charge where a settlement currency's isn't known; nobody is ever charged.
PLENTY = 1_000_000


def trigger_test_event(merchant: Merchant) -> str:
    """Make and cancel an unconfirmed PaymentIntent; its id, which a `payment_intent.canceled` will name.

    Raises StripeError.
    """
    currency = merchant.default_currency or "USD"
    client = client_of(merchant)
    with stripe_call():
        intent = client.v1.payment_intents.create(
            {
                "amount": MINIMUM_AMOUNTS.get(currency, PLENTY),
                "currency": currency.lower(),
                "allowed_payment_method_types": ["card"],
                "description": "Testing the webhook; nobody is charged",
            }
        )
        client.v1.payment_intents.cancel(intent.id)
    return intent.id
