"""A renewal that stopped is paid by its customer: the saved card confirmed at its bank, or another one."""

from dataclasses import dataclass

from storefront import letters, limits, stripe_gateway, subscriptions
from storefront.checkout import Started
from storefront.models import Invoice, Order, Subscription
from storefront.models.base import now


@dataclass(frozen=True)
class Renewal:
    """What there is to pay, or why there is nothing: `waiting` is None then, and `last` the newest later period."""

    subscription: Subscription
    waiting: Invoice | None
    last: Invoice | None


def find(order: Order) -> Renewal | None:
    """How the subscription of a paid order stands, as our rows say; None for an order that has none."""
    subscription = Subscription.current(order) if order.recurs and order.is_settled else None
    if subscription is None:
        return None
    later = [invoice for invoice in Invoice.of(subscription) if not invoice.is_first]
    return Renewal(subscription, Invoice.waiting(subscription), later[0] if later else None)


def start(renewal: Renewal, address: str = "", proof: str = "") -> Started:
    """The secret with which its customer pays what waits, as Stripe says now; none when nothing does any more.

    Raises TooManyDeclines and StripeError.
    """
    subscription = renewal.subscription
    order = subscription.order
    limits.require_room(order.offer, address, order.visit_key, proof)
    subscriptions.refresh(subscription)
    invoice = Invoice.waiting(subscription)
    if invoice is None:
        return Started(order, None)
    return Started(order, stripe_gateway.retrieve_intent(subscription.merchant, invoice.intent_id).client_secret)


def send_link(renewal: Renewal) -> None:
    """Write a letter with a fresh link, to the order's own address; once in ten minutes, however often it is asked."""
    moment = f"{now():%Y%m%d%H%M}"[:-1]
    subscription = renewal.subscription
    about = f"pay-link-{subscription.id}-{moment}"
    letters.write("pay_link", subscription.order, about, subscription=subscription, invoice=renewal.waiting)
