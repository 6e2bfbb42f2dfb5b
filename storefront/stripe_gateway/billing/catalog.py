"""Products and prices: made once for what an offer costs at a merchant, never changed."""

from storefront.models import CatalogPrice
from storefront.stripe_gateway.client import client_of, stripe_call


def create_product(price: CatalogPrice) -> str:
    """Make the product that the price belongs to; asked again, the same one. Its id. Raises StripeError."""
    with stripe_call():
        made = client_of(price.merchant).v1.products.create(
            {"name": price.title, "metadata": {"offer": str(price.offer_id)}},
            {"idempotency_key": price.product_key},
        )
    return made.id


def create_price(price: CatalogPrice) -> str:
    """Make the price of `price.product_id`; asked again, the same one. Its id. Raises StripeError.

    StripeRefused where its currency or rhythm can't be: at most three years (docs.stripe.com/api/prices/create).
    """
    with stripe_call():
        made = client_of(price.merchant).v1.prices.create(
            {
                "product": price.product_id,
                "unit_amount": price.unit_amount,
                "currency": price.currency.lower(),
                "recurring": {"interval": price.interval, "interval_count": price.every},
                "metadata": {"offer": str(price.offer_id)},
            },
            {"idempotency_key": price.price_key},
        )
    return made.id
