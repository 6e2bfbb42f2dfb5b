"""Signed tokens in links: they open the account page, unlock a saved card, or confirm a new email address."""

from datetime import timedelta
from typing import Any

from itsdangerous import (
    BadData,
    BadSignature,
    SignatureExpired,
    TimestampSigner,
    URLSafeSerializer,
    URLSafeTimedSerializer,
)

from storefront import encryption
from storefront.errors import SecretUnreadable
from storefront.models import Order, now
from storefront.runtime import current

# How long the key in a payment link unlocks the saved card.
PAY_KEY_LIFETIME = timedelta(days=14)
# How long a new email address can be confirmed.
EMAIL_CHANGE_LIFETIME = timedelta(days=2)


def make_account_token(email: str) -> str:
    """Make a token that opens the account page of `email`. It also gives access to payments with the saved card.

    It never expires, because receipts contain it. After a change of the email address it opens nothing.
    """
    return str(_account_serializer().dumps(email.strip().lower()))


def read_account_token(token: str) -> str | None:
    """Return the email address in the token. None if the signature is not valid."""
    try:
        return str(_account_serializer().loads(token))
    except BadSignature:
        return None


def make_pay_key(order: Order) -> str:
    """Make a key that unlocks the saved card of this order for `PAY_KEY_LIFETIME`.

    A change of the order's email address invalidates it.
    """
    return str(_pay_key_serializer(order).dumps(""))


def is_valid_pay_key(order: Order, key: str) -> bool:
    """Check that `key` was made for this order and its email address, and has not expired."""
    try:
        _pay_key_serializer(order).loads(key, max_age=int(PAY_KEY_LIFETIME.total_seconds()))
    except BadData:
        return False
    return True


def make_email_change_token(old: str, new: str) -> str:
    """Make a token with which the reader of `new` confirms that this address replaces `old`.

    `old` is encrypted: if the customer mistyped `new`, a stranger gets the link.
    """
    return str(_email_change_serializer().dumps([encryption.encrypt(old.strip().lower()), new.strip()]))


def read_email_change_token(token: str) -> tuple[str, str] | None:
    """Return (old, new). None if the signature is not valid or `EMAIL_CHANGE_LIFETIME` has passed."""
    try:
        old, new = _email_change_serializer().loads(token, max_age=int(EMAIL_CHANGE_LIFETIME.total_seconds()))
        return encryption.decrypt(old), new
    except (BadData, SecretUnreadable):
        return None


class _ShopClockSigner(TimestampSigner):
    """Takes the time from the shop's clock."""

    def get_timestamp(self) -> int:
        return int(now().timestamp())

    def unsign(self, signed_value: Any, max_age: int | None = None, return_timestamp: bool = False) -> Any:
        """As the base class, but a link from the future is valid: it was signed while the clock was ahead."""
        value, signed_at = super().unsign(signed_value, return_timestamp=True)
        if max_age is not None and (now() - signed_at).total_seconds() > max_age:
            raise SignatureExpired(f"older than {max_age} seconds", payload=value, date_signed=signed_at)
        return (value, signed_at) if return_timestamp else value


# The salts are part of links that customers already have: they must not change.


def _account_serializer() -> URLSafeSerializer:
    return URLSafeSerializer(current().config.secret_key, salt="buyer")


def _pay_key_serializer(order: Order) -> URLSafeTimedSerializer:
    # Order and email address are in the salt, not in the payload, so the URL does not show them.
    salt = f"pay key of {order.token} for {order.email.strip().lower()}"
    return URLSafeTimedSerializer(current().config.secret_key, salt=salt, signer=_ShopClockSigner)


def _email_change_serializer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current().config.secret_key, salt="email change", signer=_ShopClockSigner)
