"""Create merchants and offers as the admin pages do."""

from itertools import count

from storefront import merchants, offers
from storefront.models import Merchant, Offer
from storefront.offers import OfferFields
from stripe_simulator import accounts

SHOP_URL = "http://shop.example.com"
_numbers = count(1)


def connect_merchant(account: accounts.Account = accounts.OLENA, mode: str = "test", name: str = "") -> Merchant:
    """Connect a merchant as the settings page does; by default Olena's account in test mode."""
    return merchants.connect(
        name or f"{account.name}'s studio",
        accounts.publishable_key(account, mode),
        accounts.secret_key(account, mode),
        SHOP_URL,
    )


def make_offer(merchant: Merchant | None, price: str = "19.99", currency: str = "EUR", **changes: object) -> Offer:
    """Save an offer as its form does: published, €19.99; `changes` override fields."""
    fields: dict[str, object] = {
        "title": f"Watercolour evening {next(_numbers)}",
        "slug": "",
        "description": "Two hours with *brushes* and tea.",
        "thank_you": "See you on **Friday**!",
        "price": price,
        "currency": currency,
        "merchant": merchant,
        "language": "en",
        "status": "published",
        "listed": True,
        "max_quantity": 1,
    }
    return offers.save(Offer(), OfferFields(**{**fields, **changes}))  # type: ignore[arg-type]
