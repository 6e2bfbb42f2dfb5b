"""Orders and subscriptions of one email address. The account page finds everything it shows through this module."""

from dataclasses import dataclass
from operator import attrgetter

from peewee import ModelSelect

from storefront import delivery
from storefront.delivery import Delivered
from storefront.models import (
    SETTLED_STATUSES,
    Invoice,
    Merchant,
    Offer,
    Order,
    Payment,
    Subscription,
    SubscriptionStatus,
    ordered_by,
    orders_of_customer,
    subscribed_by,
)
from storefront.subscriptions import CustomerSubscription

MAX_ROWS = 200


@dataclass(frozen=True)
class Purchases:
    """What one email address has bought.

    `subscriptions`: first those with an invoice that the customer can pay now, then active ones, then ended ones, each
    newest first. `orders`: those that no subscription in the list covers, newest first.
    """

    subscriptions: list[CustomerSubscription]
    orders: list[Order]

    @property
    def modes(self) -> set[str]:
        """The modes of the merchants that were paid: "test", "live" or both."""
        merchants = (
            *(order.merchant for order in self.orders),
            *(owned.subscription.merchant for owned in self.subscriptions),
        )
        return {merchant.mode for merchant in merchants}

    @property
    def language(self) -> str | None:
        """The language of the newest order. None if there is no order."""
        orders = (*self.orders, *(owned.subscription.order for owned in self.subscriptions))
        newest = max(orders, key=attrgetter("id"), default=None)
        return str(newest.language) if newest else None


def purchases_of(email: str) -> Purchases:
    """Return the orders and subscriptions of this email address, at most `MAX_ROWS` of each. Makes three queries."""
    theirs = _subscriptions().where(subscribed_by(email, MAX_ROWS))
    subscriptions = _newest_of_each_order(theirs.order_by(Subscription.id.desc()).limit(MAX_ROWS))
    # Until the first payment or card arrives, show the order, not the subscription.
    not_started = ("", SubscriptionStatus.INCOMPLETE, SubscriptionStatus.TRIALING)
    started = [one for one in subscriptions if one.has_started or one.status not in not_started]
    invoices = _invoices_by_subscription(started)
    owned = [CustomerSubscription(one, invoices.get(one.id, [])) for one in started]
    owned.sort(key=lambda one: (one.waiting is None, one.subscription.is_ended))
    covered_orders = {one.order_id for one in started}
    orders = [order for order in orders_of_customer(email, MAX_ROWS) if order.id not in covered_orders]
    return Purchases(owned, orders)


def deliveries_of(purchases: Purchases) -> dict[int, Delivered]:
    """{order id: what it delivers} of these purchases."""
    owned = {one.subscription.order_id: one.subscription for one in purchases.subscriptions}
    orders = [*purchases.orders, *(subscription.order for subscription in owned.values())]
    return delivery.delivered_by_order(orders, owned)


def order_of(email: str, token: str) -> Order | None:
    """Return the order with this token. None if there is none or it belongs to another email address."""
    order = Order.by_token(token) if is_valid_token(token) else None
    return order if order is not None and order.email.lower() == email.lower() else None


def subscription_of(email: str, public_id: str) -> CustomerSubscription | None:
    """Return the subscription with this public id. None if there is none or it belongs to another email address."""
    if not is_valid_token(public_id):
        return None
    theirs = (Subscription.public_id == public_id) & ordered_by(email)
    subscription: Subscription | None = _subscriptions().where(theirs).first()
    return CustomerSubscription(subscription, Invoice.all_of(subscription)) if subscription is not None else None


def orders_of(email: str) -> "ModelSelect[Order]":
    """Query all orders of this email address, without a limit."""
    return Order.select().where(ordered_by(email))


def newest_order_of(email: str) -> Order | None:
    """Return the newest order of this email address. None if it never ordered."""
    return next(iter(orders_of_customer(email, 1)), None)


def newest_confirmed_order_of(email: str) -> Order | None:
    """Return the newest order of this email address that was paid, tried or free. None if there is none.

    Anybody can start an order with another person's address, which does not make that person a customer.
    """
    confirmed = orders_of(email).where(Order.status.in_(list(SETTLED_STATUSES)))
    found: Order | None = confirmed.order_by(Order.id.desc()).first()
    return found


def is_valid_token(text: str) -> bool:
    """Check that `text` can be an order's token or a public id. PostgreSQL raises an error for a NUL character."""
    return text.isascii() and text.isprintable()


def _subscriptions() -> "ModelSelect[Subscription]":
    """Query subscriptions with their order, offer, first payment and merchant."""
    return (
        Subscription.select(Subscription, Order, Offer, Payment, Merchant)
        .join(Order)
        .join(Offer)
        .switch(Subscription)
        .join(Payment)
        .switch(Subscription)
        .join(Merchant)
    )


def _newest_of_each_order(newest_first: "ModelSelect[Subscription]") -> list[Subscription]:
    """Keep one subscription for each order. An order has more if earlier ones ended before they were paid."""
    by_order: dict[int, Subscription] = {}
    for subscription in newest_first:
        by_order.setdefault(subscription.order_id, subscription)
    return list(by_order.values())


def _invoices_by_subscription(subscriptions: list[Subscription]) -> dict[int, list[Invoice]]:
    """Return {subscription id: its invoices, newest first}."""
    found: dict[int, list[Invoice]] = {}
    ids = [subscription.id for subscription in subscriptions]
    rows = Invoice.select().where(Invoice.subscription.in_(ids))
    for invoice in rows.order_by(Invoice.created_at.desc(), Invoice.id.desc()):
        found.setdefault(invoice.subscription_id, []).append(invoice)
    return found
