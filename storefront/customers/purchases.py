"""Orders and subscriptions of one email address, and of no other: whatever a buyer's page shows is found here."""

from dataclasses import dataclass

from peewee import ModelSelect, fn

from storefront.models import Invoice, Merchant, Offer, Order, Payment, Subscription
from storefront.subscriptions import CustomerSubscription

MOST = 200


@dataclass(frozen=True)
class Purchases:
    """What waits for its buyer first, then what runs, what has ended, newest first; orders that no subscription has."""

    subscriptions: list[CustomerSubscription]
    orders: list[Order]

    @property
    def modes(self) -> set[str]:
        """test, live, or both: whose money it is."""
        merchants = (
            *(order.merchant for order in self.orders),
            *(held.subscription.merchant for held in self.subscriptions),
        )
        return {merchant.mode for merchant in merchants}

    @property
    def language(self) -> str | None:
        """The language this buyer is written to; None where there is nothing."""
        newest = max((*self.orders, *(held.subscription.order for held in self.subscriptions)), key=_age, default=None)
        return str(newest.language) if newest else None


def _age(order: Order) -> int:
    return int(order.id)


def purchases_of(email: str) -> Purchases:
    """Everything of this address, in three queries."""
    subscriptions = _newest_of_each_order(_subscriptions(email))
    invoices = _invoices(subscriptions)
    held = [CustomerSubscription(one, invoices.get(one.id, [])) for one in subscriptions]
    held.sort(key=lambda one: (one.waiting is None, one.subscription.is_ended))
    # Whose first payment, or card, is still to come is an order that waits.
    waiting = ("", "incomplete", "trialing")
    stood_for = {one.order_id for one in subscriptions if one.has_begun or one.status not in waiting}
    orders = [order for order in Order.of_buyer(email, MOST) if order.id not in stood_for]
    return Purchases([one for one in held if one.subscription.order_id in stood_for], orders)


def order_of(email: str, token: str) -> Order | None:
    """The order with this token if it is this address's."""
    order = Order.by_token(token) if is_valid_token(token) else None
    return order if order is not None and order.email.lower() == email.lower() else None


def subscription_of(email: str, public_id: str) -> CustomerSubscription | None:
    """The subscription with this public id if it is this address's."""
    named = _subscriptions(email).where(Subscription.public_id == public_id)
    found: Subscription | None = named.first() if is_valid_token(public_id) else None
    return CustomerSubscription(found, Invoice.of(found)) if found is not None else None


def orders_of(email: str) -> "ModelSelect[Order]":
    """All of this address's orders, however many."""
    return Order.select().where(fn.LOWER(Order.email) == email.lower())


def is_valid_token(text: str) -> bool:
    """Whether anything can be called so: PostgreSQL can't even look for a NUL character."""
    return text.isascii() and text.isprintable()


def _subscriptions(email: str) -> "ModelSelect[Subscription]":
    """Newest first, with order, offer, first payment and merchant."""
    return (
        Subscription.select(Subscription, Order, Offer, Payment, Merchant)
        .join(Order)
        .join(Offer)
        .switch(Subscription)
        .join(Payment)
        .switch(Subscription)
        .join(Merchant)
        .where(fn.LOWER(Order.email) == email.lower())
        .order_by(Subscription.id.desc())
        .limit(MOST)
    )


def _newest_of_each_order(newest_first: "ModelSelect[Subscription]") -> list[Subscription]:
    """An order has several where earlier ones ended before they were paid."""
    kept: dict[int, Subscription] = {}
    for subscription in newest_first:
        kept.setdefault(subscription.order_id, subscription)
    return list(kept.values())


def _invoices(subscriptions: list[Subscription]) -> dict[int, list[Invoice]]:
    """{subscription id: its invoices, newest first}."""
    found: dict[int, list[Invoice]] = {}
    ids = [subscription.id for subscription in subscriptions]
    rows = Invoice.select().where(Invoice.subscription.in_(ids))
    for invoice in rows.order_by(Invoice.created_at.desc(), Invoice.id.desc()):
        found.setdefault(invoice.subscription_id, []).append(invoice)
    return found
