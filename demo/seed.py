"""The demo shop's first rows, made through the product's own verbs; what is there already stays as it is."""

import json
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from demo import recurring, texts
from demo.settings import Demo
from storefront import db, merchants, offers, runtime
from storefront.config import Config
from storefront.models import Admin, Merchant, Offer
from storefront.offers import OfferFields
from stripe_simulator.accounts import KENJI, OLENA, Account, publishable_key, secret_key

EMAIL = "demo@example.com"
# Another name when the demo sells more than before: a folder of an earlier one gets what is new.
SEEDED = "seeded-2"


@dataclass(frozen=True)
class SignIn:
    """How the demo's admin signs in; `password` is None when the visitor has chosen another one since."""

    email: str
    password: str | None


def seed(demo: Demo) -> SignIn:
    """Fill an empty demo once; on later starts only say how to sign in and tell the simulator where the shop is.

    The simulator must answer. Raises StripeError when it doesn't.
    """
    config = demo.config()
    runtime.start(config)
    try:
        with db.connection():
            sign_in = _admin(demo.directory / "admin.json")
            done = demo.directory / SEEDED
            if not done.exists():
                _fill(config)
                done.touch()
            _meet_again(config)
            return sign_in
    finally:
        db.close_connections()


def _admin(kept: Path) -> SignIn:
    if not kept.exists():
        with os.fdopen(os.open(kept, os.O_WRONLY | os.O_CREAT, 0o600), "w") as file:
            json.dump({"email": EMAIL, "password": secrets.token_urlsafe(12)}, file)
    told = json.loads(kept.read_text())
    admin = Admin.get_or_none(Admin.email == told["email"]) or Admin.set_password(told["email"], told["password"])
    return SignIn(admin.email, told["password"] if admin.has_password(told["password"]) else None)


def _fill(config: Config) -> None:
    """Each piece only where it is missing: a first start may have been stopped half-way."""
    olena = _merchant(OLENA, "Olena's studio (EUR)", config)
    kenji = _merchant(KENJI, "Kenji's garden (JPY)", config)
    for fields in (*texts.offers(olena, kenji), *recurring.offers(olena)):
        if _is_missing(fields):
            offers.save(Offer(), fields)


def _is_missing(fields: OfferFields) -> bool:
    """Whether it is to be made; what a visitor's disconnected account would sell can't be."""
    connected = fields.merchant is not None and fields.merchant.is_connected
    return connected and not Offer.select().where(Offer.slug == fields.slug).exists()


def _merchant(account: Account, name: str, config: Config) -> Merchant:
    known = Merchant.get_or_none(Merchant.publishable_key == publishable_key(account))
    return known or merchants.connect(name, publishable_key(account), secret_key(account), config.public_url)


def _meet_again(config: Config) -> None:
    """PORT may be another than last time: events must come to where the shop is now."""
    for merchant in Merchant.connected():
        if merchant.webhook_url is None or not merchant.webhook_url.startswith(f"{config.public_url}/"):
            merchants.register_endpoint(merchant, config.public_url)
