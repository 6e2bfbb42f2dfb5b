"""The address that an order is posted to, as Stripe wants it: Radar compares it with the card's country."""

from typing import Any

from storefront.models import Order


def shipping_of(order: Order) -> Any:
    """The `shipping` of a PaymentIntent or a customer.

    Names: docs.stripe.com/api/payment_intents/object#payment_intent_object-shipping.
    """
    parts = order.address_parts
    return {
        "name": order.name,
        "address": {
            "line1": parts.get("line1", ""),
            "line2": parts.get("line2", ""),
            "city": parts.get("city", ""),
            "state": parts.get("region", ""),
            "postal_code": parts.get("postal_code", ""),
            "country": order.country,
        },
    }
