"""A renewal that stopped is paid by its customer: the saved card confirmed at its bank, or another one."""

from datetime import timedelta

from storefront import stripe_gateway
from storefront.emails import outbox as letters
from storefront.models import Invoice, Order, Subscription
from storefront.models.base import now
from storefront.payments import decline_limits as limits
from storefront.payments.checkout import Started
from storefront.subscriptions import sync as subscriptions
from storefront.subscriptions.customer_subscription import Held

A_MOMENT_AGO = timedelta(hours=1)


def find(order: Order) -> Held | None:
    """The subscription of a paid order with its invoices, as our rows say; None for an order that has none."""
    subscription = Subscription.current(order) if order.recurs and order.is_settled else None
    if subscription is None:
        return None
    subscription.order = order
    return Held(subscription, Invoice.of(subscription))


def just_paid(held: Held) -> Invoice | None:
    """The later period that its customer has paid a moment ago; None where they come for something else."""
    newest = held.invoices[0] if held.invoices else None
    if newest is None or newest.is_first or newest.failed_at is None or newest.paid_at is None:
        return None
    return newest if now() - newest.paid_at < A_MOMENT_AGO else None


def start(held: Held, address: str = "", proof: str = "") -> Started:
    """The secret with which its customer pays what waits, as Stripe says now; none when nothing does any more.

    Raises TooManyDeclines and StripeError.
    """
    subscription = held.subscription
    order = subscription.order
    limits.require_room(order.offer, address, order.visit_key, proof)
    subscriptions.refresh(subscription)
    invoice = Invoice.waiting(subscription)
    if invoice is None:
        return Started(order, None)
    limits.require_calm(subscription.payment)
    return Started(order, stripe_gateway.retrieve_intent(subscription.merchant, invoice.intent_id).client_secret)


def send_link(held: Held) -> None:
    """Write a letter with a fresh link, to the order's own address; once in ten minutes, however often it is asked."""
    moment = f"{now():%Y%m%d%H%M}"[:-1]
    subscription = held.subscription
    about = f"pay-link-{subscription.id}-{moment}"
    letters.write("pay_link", subscription.order, about, subscription=subscription, invoice=held.waiting)
