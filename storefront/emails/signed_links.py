"""Addresses that stand in letters: absolute, in the reader's language, some of them signed."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import quote, urlsplit

from itsdangerous import BadData, BadSignature, TimestampSigner, URLSafeSerializer, URLSafeTimedSerializer

from storefront import encryption
from storefront.errors import SecretUnreadable
from storefront.models import Email, Order, now
from storefront.runtime import current

# How long a letter's link opens the saved card, and how long a new email address may wait to be confirmed.
PAY_KEY_LIFETIME = timedelta(days=14)
EMAIL_CHANGE_LIFETIME = timedelta(days=2)

# The path behind a letter's button, by the `link` of its kind; the others lead to the dashboard.
_OF_ORDERS: dict[str, Callable[[Order], str]] = {
    "order": lambda order: f"/orders/{order.token}",
    "pay": lambda order: f"/orders/{order.token}/pay",
    "pay_with_key": lambda order: f"/orders/{order.token}/pay?key={make_pay_key(order)}",
    "offer": lambda order: f"/o/{quote(order.offer.slug)}",
    "account": lambda order: f"/my/{make_account_token(order.email)}",
    "admin_order": lambda order: f"/admin/orders/{order.token}",
}
_OF_LETTERS: dict[str, Callable[[Any], str]] = {
    "confirm_email": lambda letter: f"/my/email/{make_email_change_token(letter.order.email, letter.recipient)}",
    "settings": lambda letter: "/admin/settings/payment-systems/stripe",
    "admin_subscription": lambda letter: f"/admin/subscriptions/{letter.subscription.public_id}",
}
_SAMPLES = {
    "settings": "/admin/settings/payment-systems/stripe",
    "order": "/orders/…",
    "pay": "/orders/…/pay",
    "pay_with_key": "/orders/…/pay?key=…",
    "offer": "/o/…",
    "account": "/my/…",
    "admin_order": "/admin/orders/…",
    "admin_subscription": "/admin/subscriptions/…",
    "confirm_email": "/my/email/…",
}


def link_url(link: str, letter: Email, language: str) -> str:
    """Where a letter's button leads. Keys in it are fresh: a letter that is sent again opens what it says again."""
    order: Order | None = letter.order
    if order is not None and link in _OF_ORDERS:
        return _absolute(_OF_ORDERS[link](order), language)
    return _absolute(_OF_LETTERS[link](letter) if link in _OF_LETTERS else "/admin", language)


def sample_link_url(link: str, language: str) -> str:
    """What such an address looks like, for previews; it leads nowhere."""
    return _absolute(_SAMPLES[link], language)


def pay_url(order: Order) -> str:
    """Where an order's buyer pays a renewal with the saved card or another one, for PAY_KEY_LIFE from now on."""
    return _absolute(_OF_ORDERS["pay_with_key"](order), order.language)


def shop_host() -> str:
    """The shop's name as its address has it: `shop.example.com`."""
    return urlsplit(current().config.public_url).netloc


def make_account_token(email: str) -> str:
    """A signed token that opens the pages of one buyer's email address, what waits for their saved card included.

    It doesn't grow old: it stands in receipts, and its owner keeps the address. A changed email address ends it.
    """
    return str(_serializer().dumps(email.strip().lower()))


def read_account_token(token: str) -> str | None:
    """The email address a token was made for; None when it isn't ours."""
    try:
        return str(_serializer().loads(token))
    except BadSignature:
        return None


def make_pay_key(order: Order) -> str:
    """A signed key that unlocks the saved card of this order for as long as PAY_KEY_LIFE says.

    Another buyer's address makes it worthless.
    """
    return str(_pay_keys(order).dumps(""))


def is_valid_pay_key(order: Order, key: str) -> bool:
    """Whether `key` was made for this order and its buyer, and is not too old."""
    try:
        _pay_keys(order).loads(key, max_age=int(PAY_KEY_LIFETIME.total_seconds()))
    except BadData:
        return False
    return True


def make_email_change_token(old: str, new: str) -> str:
    """A signed token by which whoever reads `new` confirms that it takes the place of `old`.

    It may reach a stranger, by a slip of the finger: the old address stands in it encrypted.
    """
    return str(_email_changes().dumps([encryption.encrypt(old.strip().lower()), new.strip()]))


def read_email_change_token(token: str) -> tuple[str, str] | None:
    """(old, new); None when the token isn't ours or is older than EMAIL_CHANGE_LIFE."""
    try:
        old, new = _email_changes().loads(token, max_age=int(EMAIL_CHANGE_LIFETIME.total_seconds()))
        return encryption.decrypt(old), new
    except (BadData, SecretUnreadable):
        return None


class _Signer(TimestampSigner):
    """Tells the time as the shop does."""

    def get_timestamp(self) -> int:
        return int(now().timestamp())


def _serializer() -> URLSafeSerializer:
    return URLSafeSerializer(current().config.secret_key, salt="buyer")


def _pay_keys(order: Order) -> URLSafeTimedSerializer:
    # What a key is bound to is in the signature only: an address bar needn't show whose it is.
    salt = f"pay key of {order.token} for {order.email.strip().lower()}"
    return URLSafeTimedSerializer(current().config.secret_key, salt=salt, signer=_Signer)


def _email_changes() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current().config.secret_key, salt="email change", signer=_Signer)


def _absolute(path: str, language: str) -> str:
    return f"{current().config.public_url}{path}{'&' if '?' in path else '?'}lang={language}"
