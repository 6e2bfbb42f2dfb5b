"""A renewal that stopped is paid by its customer: the saved card confirmed at its bank, or another one."""

from datetime import timedelta

from storefront import emails, payments, stripe_gateway
from storefront.models import Invoice, Order, Subscription, now
from storefront.payments import StartedCheckout
from storefront.subscriptions import sync
from storefront.subscriptions.customer_subscription import CustomerSubscription

A_MOMENT_AGO = timedelta(hours=1)


def renewal_of_order(order: Order) -> CustomerSubscription | None:
    """The subscription of a paid order with its invoices, as our rows say; None for an order that has none."""
    subscription = Subscription.current(order) if order.recurs and order.is_settled else None
    if subscription is None:
        return None
    subscription.order = order
    return CustomerSubscription(subscription, Invoice.of(subscription))


def recently_paid_invoice(held: CustomerSubscription) -> Invoice | None:
    """The later period that its customer has paid a moment ago; None where they come for something else."""
    newest = held.invoices[0] if held.invoices else None
    if newest is None or newest.is_first or newest.failed_at is None or newest.paid_at is None:
        return None
    return newest if now() - newest.paid_at < A_MOMENT_AGO else None


def start_renewal_payment(held: CustomerSubscription, address: str = "", proof: str = "") -> StartedCheckout:
    """The secret with which its customer pays what waits, as Stripe says now; none when nothing does any more.

    Raises TooManyDeclines and StripeError.
    """
    subscription = held.subscription
    order = subscription.order
    payments.require_checkout_allowed(order.offer, address, order.visit_key, proof)
    sync.refresh(subscription)
    invoice = Invoice.waiting(subscription)
    if invoice is None:
        return StartedCheckout(order, None)
    payments.require_retry_allowed(subscription)
    return StartedCheckout(
        order, stripe_gateway.retrieve_intent(subscription.merchant, invoice.intent_id).client_secret
    )


def send_pay_link(held: CustomerSubscription) -> None:
    """Write a letter with a fresh link, to the order's own address; once in ten minutes, however often it is asked."""
    moment = f"{now():%Y%m%d%H%M}"[:-1]
    subscription = held.subscription
    about = f"pay-link-{subscription.id}-{moment}"
    emails.write("pay_link", subscription.order, about, subscription=subscription, invoice=held.waiting)
