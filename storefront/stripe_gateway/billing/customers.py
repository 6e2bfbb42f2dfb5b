"""Customers: each subscription has one of its own, so that nobody meets another buyer's card."""

import hashlib

from storefront.models import Subscription
from storefront.stripe_gateway.client import client_of, stripe_call


def create_customer(subscription: Subscription) -> str:
    """Make the subscription's customer; asked again, the same one. Its id. Raises StripeError.

    Who has corrected their address meanwhile gets another: Stripe refuses other words under the same key, and one
    that is left over costs nothing.
    """
    order = subscription.order
    words = hashlib.sha256("\n".join((order.email, order.name, order.language)).encode()).hexdigest()[:16]
    with stripe_call():
        made = client_of(subscription.merchant).v1.customers.create(
            {
                "email": order.email,
                "name": order.name,
                "preferred_locales": [order.language],
                "metadata": {"subscription": subscription.public_id},
            },
            {"idempotency_key": f"customer-{subscription.public_id}-{words}"},
        )
    return made.id


def update_customer(subscription: Subscription, email: str, name: str) -> None:
    """Tell Stripe of another address or name. Raises StripeError."""
    with stripe_call():
        client_of(subscription.merchant).v1.customers.update(subscription.customer_id, {"email": email, "name": name})
