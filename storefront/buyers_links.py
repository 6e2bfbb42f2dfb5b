"""Addresses that stand in letters: absolute, in the reader's language, some of them signed."""

from urllib.parse import quote, urlsplit

from itsdangerous import BadSignature, URLSafeSerializer

from storefront.config import Config
from storefront.models import Order

_config: Config | None = None


def init(config: Config) -> None:
    """Take the shop's public address and the key that signs links."""
    global _config
    _config = config


def address(kind: str, order: Order | None, language: str) -> str:
    """Where a letter's button leads: order, pay, offer, my, admin or settings."""
    paths = {"settings": "/admin/settings/payment-systems/stripe"}
    if order is not None:
        paths |= {
            "order": f"/orders/{order.token}",
            "pay": f"/orders/{order.token}/pay",
            "offer": f"/o/{quote(order.offer.slug)}",
            "my": f"/my/{buyer_token(order.email)}",
            "admin": f"/admin/orders/{order.token}",
        }
    return f"{_ready().public_url}{paths.get(kind, '/admin')}?lang={language}"


def sample(kind: str, language: str) -> str:
    """What such an address looks like, for previews; it leads nowhere."""
    paths = {"order": "/orders/…", "pay": "/orders/…/pay", "offer": "/o/…", "my": "/my/…", "admin": "/admin/orders/…"}
    return f"{_ready().public_url}{paths[kind]}?lang={language}" if kind in paths else address(kind, None, language)


def shop() -> str:
    """The shop's name as its address has it: `shop.example.com`."""
    return urlsplit(_ready().public_url).netloc


def buyer_token(email: str) -> str:
    """A signed token that opens the pages of one buyer's email address."""
    return str(_serializer().dumps(email.strip().lower()))


def buyer_of(token: str) -> str | None:
    """The email address a token was made for; None when it isn't ours."""
    try:
        return str(_serializer().loads(token))
    except BadSignature:
        return None


def _serializer() -> URLSafeSerializer:
    return URLSafeSerializer(_ready().secret_key, salt="buyer")


def _ready() -> Config:
    if _config is None:
        raise RuntimeError("buyers_links.init() has not been called")
    return _config
