"""The language of emails to a customer."""

from storefront.customers.purchases import orders_of
from storefront.db import db
from storefront.models import Email, EmailState, Order, sent_to


def set_language(email: str, language: str) -> None:
    """Set the language (uk, en, ru) of all orders of this address, and of emails to it that are not sent yet."""
    with db.atomic():
        orders = [order.id for order in orders_of(email)]
        Order.update(language=language).where(Order.id.in_(orders)).execute()
        Email.update(language=language).where(
            Email.order.in_(orders), Email.state == EmailState.WAITING, sent_to(email)
        ).execute()
