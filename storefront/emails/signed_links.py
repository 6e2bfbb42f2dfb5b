"""Signed tokens in links: they unlock a saved card, confirm a new email address, or undo its change."""

from dataclasses import dataclass
from datetime import datetime, timedelta
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
from storefront.models import EmailChange, Order, now
from storefront.runtime import current

# How long the key in a payment link unlocks the saved card.
PAY_KEY_LIFETIME = timedelta(days=14)
# How long a new email address can be confirmed.
EMAIL_CHANGE_LIFETIME = timedelta(days=2)


def make_pay_key(order: Order) -> str:
    """Make a key that unlocks the saved card of this order for `PAY_KEY_LIFETIME`.

    A change of the order's email address invalidates it, also if the change is undone later.
    """
    return str(_pay_key_serializer(order).dumps(""))


def is_valid_pay_key(order: Order, key: str) -> bool:
    """Check that `key` was made for this order and its email address, and has not expired."""
    try:
        _value, signed_at = _pay_key_serializer(order).loads(
            key, max_age=int(PAY_KEY_LIFETIME.total_seconds()), return_timestamp=True
        )
    except BadData:
        return False
    return not EmailChange.happened_since(order.email, signed_at)


@dataclass(frozen=True)
class EmailChangeRequest:
    """What a confirmation link asks for: `new`, whose reader has the link, replaces `old` (in lower case)."""

    old: str
    new: str
    signed_at: datetime


def make_email_change_token(old: str, new: str) -> str:
    """Make a token with which the reader of `new` confirms that this address replaces `old`.

    `old` is encrypted: if the customer mistyped `new`, a stranger gets the link.
    """
    return str(_email_change_serializer().dumps([encryption.encrypt(old.strip().lower()), new.strip()]))


def read_email_change_token(token: str) -> EmailChangeRequest | None:
    """Read a confirmation link. None if the signature is not valid or `EMAIL_CHANGE_LIFETIME` has passed."""
    try:
        (old, new), signed_at = _email_change_serializer().loads(
            token, max_age=int(EMAIL_CHANGE_LIFETIME.total_seconds()), return_timestamp=True
        )
        return EmailChangeRequest(encryption.decrypt(old), new, signed_at)
    except (BadData, SecretUnreadable):
        return None


def make_undo_token(change_id: int) -> str:
    """Make a token with which the reader of the old mailbox undoes this change of the email address."""
    return str(_undo_serializer().dumps(change_id))


def read_undo_token(token: str) -> int | None:
    """Return the id of the change. None if the signature is not valid. `EmailChange.can_be_undone` has the rest."""
    try:
        return int(_undo_serializer().loads(token))
    except BadData:
        return None


def read_old_account_token(token: str) -> str | None:
    """Return the email address in a link to the account page that an earlier version made. None if it is not one.

    The address is readable in the link, and the link itself has no date. New links are made by `account_links`.
    """
    try:
        return str(_account_serializer().loads(token))
    except BadSignature:
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
    return URLSafeSerializer(current().config.signing_keys, salt="buyer")


def _pay_key_serializer(order: Order) -> URLSafeTimedSerializer:
    # Order and email address are in the salt, not in the payload, so the URL does not show them.
    salt = f"pay key of {order.token} for {order.email.strip().lower()}"
    return URLSafeTimedSerializer(current().config.signing_keys, salt=salt, signer=_ShopClockSigner)


def _undo_serializer() -> URLSafeSerializer:
    return URLSafeSerializer(current().config.signing_keys, salt="email change undo")


def _email_change_serializer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current().config.signing_keys, salt="email change", signer=_ShopClockSigner)
