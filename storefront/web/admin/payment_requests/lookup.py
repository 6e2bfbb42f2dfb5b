"""The payment request named in a URL."""

from flask import abort

from storefront.models import PaymentRequest


def request_or_404(token: str) -> PaymentRequest:
    """The request with this token. Aborts with 404 if there is none."""
    found = PaymentRequest.by_token(token) if token.isascii() and token.isprintable() else None
    return found or abort(404)
