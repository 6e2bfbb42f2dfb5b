"""Redirect after payment: the owner's own page that customers go on to, and the signature that it can check."""

import hashlib
import hmac
import secrets
from datetime import datetime
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from storefront import encryption
from storefront.errors import FieldErrors, SecretUnreadable
from storefront.models import Offer, Order, now
from storefront.web_addresses import InvalidValue, secure_page

MAX_REDIRECT = 1000
# What the shop adds to the query of the address.
PARAMETERS = ("order", "status", "timestamp", "signature")
STATUS_PAID = "paid"


def set_redirect(offer: Offer, typed: str) -> dict[str, list[str]]:
    """Set the address without saving; one without a secret gets one. Return error codes by field.

    Codes: redirect_invalid, redirect_too_long, redirect_parameters.
    """
    try:
        offer.redirect_url = parse_redirect(typed)
    except FieldErrors as error:
        return error.errors
    if offer.redirect_url and not offer.redirect_secret_encrypted:
        renew_secret(offer)
    return {}


def parse_redirect(typed: str) -> str:
    """The address as browsers spell it, "" for none. Raises FieldErrors (see `set_redirect`)."""
    try:
        address = secure_page(typed.strip())
    except InvalidValue as error:
        raise FieldErrors({"redirect_url": ["redirect_invalid"]}) from error
    if len(address) > MAX_REDIRECT:
        raise FieldErrors({"redirect_url": ["redirect_too_long"]})
    named = {name for name, _value in parse_qsl(urlsplit(address).query, keep_blank_values=True)}
    if named & set(PARAMETERS):
        raise FieldErrors({"redirect_url": ["redirect_parameters"]})
    return address


def renew_secret(offer: Offer) -> None:
    """Give the offer a new secret, without saving. Signatures of the former one are not made any more."""
    offer.redirect_secret_encrypted = encryption.encrypt(secrets.token_urlsafe(32))


def redirect_secret(offer: Offer) -> str:
    """The secret that signs, "" if it can't be decrypted any more or there is none."""
    try:
        return encryption.decrypt(offer.redirect_secret_encrypted) if offer.redirect_secret_encrypted else ""
    except SecretUnreadable:
        return ""


def redirect_address(order: Order, at: datetime | None = None) -> str:
    """The owner's address with the order's number, its status, the time and their signature; "" for none.

    Only for a paid order: whoever has the address has the proof that it is paid.
    """
    offer = order.offer
    secret = redirect_secret(offer) if offer.redirect_url else ""
    if not secret:
        return ""
    timestamp = str(int((at or now()).timestamp()))
    values = (str(order.number), STATUS_PAID, timestamp)
    added = urlencode(dict(zip(PARAMETERS, (*values, signature(secret, *values)), strict=True)))
    parts = urlsplit(offer.redirect_url)
    return urlunsplit(parts._replace(query=f"{parts.query}&{added}" if parts.query else added))


def signature(secret: str, number: str, status: str, timestamp: str) -> str:
    """HMAC-SHA256 of the three values, joined by dots, in lower-case hexadecimal digits."""
    return hmac.new(secret.encode(), f"{number}.{status}.{timestamp}".encode(), hashlib.sha256).hexdigest()
