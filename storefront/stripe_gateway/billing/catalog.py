"""Products and prices: created once, never changed."""

from storefront.models import CatalogPrice
from storefront.stripe_gateway.client import client_of, stripe_call


def create_product(price: CatalogPrice) -> str:
    """Create the product of the price and return its id. Repeating it returns the same id. Raises StripeError."""
    with stripe_call():
        created = client_of(price.merchant).v1.products.create(
            {"name": price.title, "metadata": {"offer": str(price.offer_id)}},
            {"idempotency_key": price.product_key},
        )
    return created.id


def create_price(price: CatalogPrice) -> str:
    """Create a price of `price.product_id` and return its id. Repeating it returns the same id. Raises StripeError.

    Raises StripeRefused for an unsupported currency or interval. The longest is three years:
    docs.stripe.com/api/prices/create
    """
    with stripe_call():
        created = client_of(price.merchant).v1.prices.create(
            {
                "product": price.product_id,
                "unit_amount": price.unit_amount,
                "currency": price.currency.lower(),
                "recurring": {"interval": price.interval, "interval_count": price.every},
                "metadata": {"offer": str(price.offer_id)},
            },
            {"idempotency_key": price.price_key},
        )
    return created.id
