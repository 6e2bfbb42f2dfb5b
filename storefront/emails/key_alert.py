"""Stripe no longer accepts a merchant's key: kept at the merchant, and the owner is told once."""

from storefront.db import db
from storefront.emails import outbox as letters
from storefront.models import Merchant
from storefront.models.base import now


def key_refused(merchant: Merchant) -> None:
    """Remember that Stripe answered 401; the first to notice writes the letter, one a day at most."""
    with db.atomic():
        noticed = (
            Merchant.update(check_problem="key_invalid")
            .where(Merchant.id == merchant.id, Merchant.check_problem != "key_invalid")
            .execute()
        )
        if noticed:
            about = f"merchant-{merchant.id}-{now():%Y-%m-%d}"
            letters.write("owner_connection", None, about, title=merchant.name)
