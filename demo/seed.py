"""Fills an empty demo shop through the product's own functions. Existing rows are not changed."""

import json
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from demo import delivered, pictures, profile, recurring, texts
from demo.settings import Demo
from storefront import db, merchants, offers, pricing, runtime
from storefront.config import Config
from storefront.models import Admin, Merchant, Offer, PromoCode, Role
from storefront.offers import OfferFields
from storefront.pricing import CodeFields
from stripe_simulator.accounts import KENJI, OLENA, Account, publishable_key, secret_key

EMAIL = "demo@example.com"
# Marks a filled demo. A new name adds new offers to the folders of earlier demos.
FILLED_MARK = "seeded-4"
CODE = "WELCOME10"


@dataclass(frozen=True)
class SignIn:
    """How the demo's admin signs in. `password` is None if the visitor has changed it."""

    email: str
    password: str | None


def seed(demo: Demo) -> SignIn:
    """Fill an empty demo once. On each start, update its webhook endpoints and return how to sign in.

    The simulator must be running. Raises StripeError if it is not.
    """
    config = demo.config()
    runtime.start(config)
    try:
        with db.connection():
            sign_in = _admin(demo.directory / "admin.json")
            mark = demo.directory / FILLED_MARK
            if not mark.exists():
                _fill(config)
                mark.touch()
            _update_endpoints(config)
            return sign_in
    finally:
        db.close_connections()


def _admin(path: Path) -> SignIn:
    if not path.exists():
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600), "w") as file:
            json.dump({"email": EMAIL, "password": secrets.token_urlsafe(12)}, file)
    stored = json.loads(path.read_text())
    admin = Admin.get_or_none(Admin.email == stored["email"]) or Admin.set_password(
        stored["email"], stored["password"], role=Role.OWNER
    )
    return SignIn(admin.email, stored["password"] if admin.has_password(stored["password"]) else None)


def _fill(config: Config) -> None:
    """Create each missing merchant and offer: an earlier start may have been stopped halfway."""
    profile.fill()
    olena = _merchant(OLENA, "Olena’s studio (EUR)", config)
    kenji = _merchant(KENJI, "Kenji’s garden (JPY)", config)
    for fields in (*texts.offers(olena, kenji), *recurring.offers(olena)):
        if _is_missing(fields):
            offers.save(Offer(), pictures.with_picture(fields))
    delivered.fill()
    if not PromoCode.select().exists():
        pricing.save_code(PromoCode(), CodeFields(CODE, percent="10"))


def _is_missing(fields: OfferFields) -> bool:
    """Whether to create the offer. Not possible if the visitor has disconnected its merchant."""
    connected = fields.merchant is not None and fields.merchant.is_connected
    return connected and not Offer.select().where(Offer.slug == fields.slug).exists()


def _merchant(account: Account, name: str, config: Config) -> Merchant:
    existing = Merchant.get_or_none(Merchant.publishable_key == publishable_key(account))
    return existing or merchants.connect(name, publishable_key(account), secret_key(account), config.public_url)


def _update_endpoints(config: Config) -> None:
    """Register webhook endpoints again if PORT has changed since the last start."""
    for merchant in Merchant.connected():
        if merchant.webhook_url is None or not merchant.webhook_url.startswith(f"{config.public_url}/"):
            merchants.register_endpoint(merchant, config.public_url)
