"""Stripe no longer accepts a merchant's key: kept at the merchant, and the owner is told once."""

from storefront.db import db
from storefront.emails import outbox
from storefront.models import Merchant, now


def record_refused_key(merchant: Merchant) -> None:
    """Remember that Stripe answered 401; the first to notice writes the letter, one a day at most."""
    with db.atomic():
        noticed = (
            Merchant.update(check_problem="key_invalid")
            .where(Merchant.id == merchant.id, Merchant.check_problem != "key_invalid")
            .execute()
        )
        if noticed:
            about = f"merchant-{merchant.id}-{now():%Y-%m-%d}"
            outbox.write("owner_connection", None, about, title=merchant.name)
