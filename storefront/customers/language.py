"""The language that a buyer is written to."""

from peewee import fn

from storefront.customers.purchases import orders_of
from storefront.db import db
from storefront.models import Email, Order


def set_language(email: str, language: str) -> None:
    """Remember it on all orders of this address: later letters come in it, those that wait already too."""
    with db.atomic():
        orders = [order.id for order in orders_of(email)]
        Order.update(language=language).where(Order.id.in_(orders)).execute()
        Email.update(language=language).where(
            Email.order.in_(orders), Email.state == "waiting", fn.LOWER(Email.recipient) == email.lower()
        ).execute()
