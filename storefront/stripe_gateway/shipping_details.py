"""The address that an order is posted to, as Stripe wants it: Radar compares it with the card's country."""

from typing import Any

from storefront.models import Order

# Stripe's names of the parts of an address: docs.stripe.com/api/payment_intents/object#payment_intent_object-shipping
_PARTS = {"line1": "line1", "line2": "line2", "city": "city", "region": "state", "postal_code": "postal_code"}


def shipping_of(order: Order) -> Any:
    """The `shipping` of a PaymentIntent or a customer."""
    parts = {_PARTS[name]: text for name, text in order.address_parts.items()}
    return {"name": order.name, "address": {**parts, "country": order.country}}
