"""Paying a failed renewal: the customer confirms the saved card at the bank, or pays with another card."""

from datetime import timedelta

from storefront import emails, payments, stripe_gateway
from storefront.models import EmailKind, Invoice, now
from storefront.payments import StartedCheckout
from storefront.subscriptions import sync
from storefront.subscriptions.customer_subscription import CustomerSubscription

# How long after such a payment the order's page says so.
RECENT = timedelta(hours=1)


def recently_recovered_invoice(held: CustomerSubscription) -> Invoice | None:
    """The newest invoice, if it is a renewal that had failed and was paid within the last hour."""
    newest = held.invoices[0] if held.invoices else None
    if newest is None or newest.is_first or newest.failed_at is None or newest.paid_at is None:
        return None
    return newest if now() - newest.paid_at < RECENT else None


def start_renewal_payment(held: CustomerSubscription, address: str = "", proof: str = "") -> StartedCheckout:
    """Refresh the subscription, and return the client secret of the invoice that waits for the customer, if any does.

    `address` (the client's IP address) and `proof` are checked as at checkout. Raises TooManyDeclines and StripeError.
    """
    subscription = held.subscription
    order = subscription.order
    payments.require_payment_allowed(order.offer, address, order.visit_key, proof)
    sync.refresh(subscription)
    invoice = Invoice.newest_payable(subscription)
    if invoice is None:
        return StartedCheckout(order, None)
    payments.require_retry_allowed(subscription)
    return StartedCheckout(
        order, stripe_gateway.retrieve_intent(subscription.merchant, invoice.intent_id).client_secret
    )


def send_pay_link(held: CustomerSubscription) -> None:
    """Queue an email with a fresh payment link to the order's address; one in ten minutes."""
    ten_minutes = f"{now():%Y%m%d%H%M}"[:-1]
    subscription = held.subscription
    about = f"pay-link-{subscription.id}-{ten_minutes}"
    emails.write(EmailKind.PAY_LINK, subscription.order, about, subscription=subscription, invoice=held.waiting)
