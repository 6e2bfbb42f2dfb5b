"""The order named in a URL."""

from flask import abort

from storefront.models import Order


def order_or_404(token: str) -> Order:
    """The order with this token. Aborts with 404 if there is none."""
    return Order.by_token(token) or abort(404)
