"""The order named in a URL."""

from flask import abort

from storefront.models import Order


def order_or_404(token: str) -> Order:
    """The order of an address, else 404."""
    return Order.by_token(token) or abort(404)
