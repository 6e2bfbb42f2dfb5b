"""The address that an order is posted to, as Stripe wants it: Radar compares it with the card's country."""

from dataclasses import dataclass, field
from typing import Any

from storefront.i18n import country_names
from storefront.models import Order

# Our names of the parts of an address, and Stripe's.
_PARTS = {"line1": "line1", "line2": "line2", "city": "city", "region": "state", "postal_code": "postal_code"}
# As much as the form takes.
_MAX_PART = 200


@dataclass(frozen=True)
class PostalAddress:
    """Where Stripe knows an order to be posted. Without a `country` it knows nothing."""

    country: str = ""
    parts: dict[str, str] = field(default_factory=dict)


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


def read_shipping(answer: Any) -> PostalAddress:
    """The address in the `shipping` of a PaymentIntent or a customer at Stripe, perhaps null."""
    address = getattr(getattr(answer, "shipping", None), "address", None)
    country = str(getattr(address, "country", None) or "")
    found = {ours: str(getattr(address, theirs, None) or "")[:_MAX_PART] for ours, theirs in _PARTS.items()}
    if country not in country_names("en") or not found["line1"]:
        return PostalAddress()
    return PostalAddress(country, found)
