"""Finding orders, subscriptions and emails by a customer's address, in upper or lower case.

The folded address finds the rows through an index. It alone does not decide who owns an order: different mailboxes have
the same one, such as those at straße.de and strasse.de.
"""

from collections.abc import Collection
from typing import Any

from peewee import SQL, PostgresqlDatabase, fn

from storefront.db import db
from storefront.i18n import fold
from storefront.models.emails.email import Email
from storefront.models.merchants.merchant import Merchant
from storefront.models.offers.billing_terms import BillingKind
from storefront.models.offers.offer import Offer
from storefront.models.orders.order import Order
from storefront.models.subscriptions.subscription import Subscription

# Not a parameter: only then SQLite uses the index that has this condition.
_RECURS = Order.kind != SQL(f"'{BillingKind.ONE_OFF}'")

Order.add_index(Order.index(Order.email_folded, Order.id, name="shop_order_of_customer"))
Order.add_index(Order.index(Order.email_folded, Order.id, where=_RECURS, name="shop_order_recurring_of_customer"))
Email.add_index(Email.index(Email.recipient_folded, Email.id, name="letter_to_recipient"))


def ordered_by(email: str) -> Any:
    """A condition on Order: placed with this address."""
    return (Order.email_folded == fold(email)) & (fn.LOWER(Order.email) == email.lower())


def sent_to(email: str) -> Any:
    """A condition on Email: to this address."""
    return (Email.recipient_folded == fold(email)) & (fn.LOWER(Email.recipient) == email.lower())


def subscribed_by(email: str, most: int) -> Any:
    """A condition on Subscription: of the newest orders of this address that recur, at most `most` orders."""
    orders = Order.select(Order.id).where(ordered_by(email), _RECURS)
    return Subscription.order.in_(orders.order_by(Order.id.desc()).limit(most))


def orders_of_customer(email: str, most: int) -> list[Order]:
    """The orders of an email address with their offers and merchants, newest first, in one query."""
    query = Order.select(Order, Offer, Merchant).join(Offer).switch(Order).join(Merchant).where(ordered_by(email))
    return list(query.order_by(Order.id.desc()).limit(most))


def lock_orders(ids: Collection[int]) -> None:
    """Lock these orders until the end of the transaction, in the order of their ids."""
    # On SQLite the transaction holds the lock of the whole database.
    if isinstance(db.obj, PostgresqlDatabase):
        list(Order.select(Order.id).where(Order.id.in_(ids)).order_by(Order.id).for_update().tuples())
