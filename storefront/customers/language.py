"""The language that a buyer is written to."""

from peewee import fn

from storefront.customers.purchases import orders_of
from storefront.db import db
from storefront.models import Letter, Order


def choose_language(email: str, language: str) -> None:
    """Remember it on all orders of this address: later letters come in it, those that wait already too."""
    with db.atomic():
        orders = [order.id for order in orders_of(email)]
        Order.update(language=language).where(Order.id.in_(orders)).execute()
        Letter.update(language=language).where(
            Letter.order.in_(orders), Letter.state == "waiting", fn.LOWER(Letter.recipient) == email.lower()
        ).execute()
