"""Customers at Stripe: one for each subscription, so that a card is never shared between subscriptions."""

import hashlib

from stripe.params import CustomerCreateParams

from storefront.models import Merchant, Subscription
from storefront.stripe_gateway.client import client_of, stripe_call
from storefront.stripe_gateway.shipping_details import shipping_of


def create_customer(subscription: Subscription) -> str:
    """Create the subscription's customer and return its id. Repeating it returns the same id. Raises StripeError.

    If the email, name or language has changed since, another customer is created: Stripe refuses other data under the
    same key. An unused customer does no harm.
    """
    order = subscription.order
    known = (order.email, order.name, order.language, *filter(None, [order.shipping_address and order.country]))
    digest = hashlib.sha256("\n".join((*known, *order.address_parts.values())).encode()).hexdigest()[:16]
    details: CustomerCreateParams = {
        "email": order.email,
        "name": order.name,
        "preferred_locales": [order.language],
        "metadata": {"subscription": subscription.public_id},
    }
    if order.is_posted:
        details["shipping"] = shipping_of(order)
    with stripe_call():
        created = client_of(subscription.merchant).v1.customers.create(
            details,
            {"idempotency_key": f"customer-{subscription.public_id}-{digest}"},
        )
    return created.id


def update_customer(subscription: Subscription, email: str, name: str) -> None:
    """Change the customer's email and name. Raises StripeError."""
    with stripe_call():
        client_of(subscription.merchant).v1.customers.update(subscription.customer_id, {"email": email, "name": name})


def delete_customer(merchant: Merchant, customer_id: str) -> None:
    """Delete a customer with its saved cards. Payments stay at Stripe.

    Raises StripeError; StripeNotFound if it is gone. Stripe would cancel the customer's subscriptions, too:
    docs.stripe.com/api/customers/delete
    """
    with stripe_call():
        client_of(merchant).v1.customers.delete(customer_id)
