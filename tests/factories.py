"""Create the owner, merchants and offers."""

from functools import cache
from itertools import count

from argon2 import PasswordHasher

from storefront import merchants, offers
from storefront.models import Admin, Merchant, Offer, Role
from storefront.offers import OfferFields
from stripe_simulator import accounts

SHOP_URL = "http://shop.example.com"
OWNER_EMAIL = "olena@example.com"
PASSWORD = "correct horse battery"
_numbers = count(1)


def make_owner() -> Admin:
    """Create the admin Olena with PASSWORD, whose stored hash is cheap to make and to verify."""
    return make_admin(OWNER_EMAIL, Role.OWNER)


def make_admin(email: str, role: Role) -> Admin:
    """Create another admin with PASSWORD."""
    return Admin.create(email=email, password_hash=_cheap_hash(PASSWORD), role=role)


@cache
def _cheap_hash(password: str) -> str:
    return PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(password)


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
