"""Resumes subscriptions that Stripe has paused: the first payment of a new period is charged at once."""

from enum import StrEnum

from storefront import stripe_gateway
from storefront.errors import FieldErrors, StripeError, StripeNotFound, StripeRefused
from storefront.models import Invoice, Subscription, SubscriptionStatus, TimelineEntry, TimelineKind
from storefront.subscriptions import sync


class Resumption(StrEnum):
    """What resuming has done."""

    COLLECTION = "collection"  # the next charge is made as planned
    CHARGED = "charged"  # a new period has begun, and is paid
    UNPAID = "unpaid"  # its first payment is open: it stays paused until the customer has paid


def resume_paused(subscription: Subscription) -> Resumption:
    """Resume a subscription with the status `paused`, and refresh it. The customer is written to if it stays unpaid.

    Raises FieldErrors (subscription: subscription_ended; resumption_unpaid if that was done already and the payment is
    still open), and StripeError.
    """
    if _waits_for_payment(subscription):
        raise FieldErrors({"subscription": ["resumption_unpaid"]})
    newest = next(iter(Invoice.all_of(subscription)), None)
    try:
        snapshot = stripe_gateway.resume_subscription(subscription, newest.invoice_id if newest else "")
    except (StripeNotFound, StripeRefused) as error:
        # Our row may be out of date.
        sync.refresh_or_schedule(subscription)
        subscription.reload()
        if subscription.is_ended:
            raise FieldErrors({"subscription": ["subscription_ended"]}) from error
        raise
    except StripeError:
        # It may have taken effect although no answer came.
        sync.schedule_refresh(subscription)
        raise
    is_paid = snapshot.status != SubscriptionStatus.PAUSED
    subscription.order.note(
        TimelineKind.SUBSCRIPTION_RESUMED, by="owner", is_paid=is_paid, invoice=snapshot.latest_invoice_id
    )
    sync.refresh_or_schedule(subscription)
    return Resumption.CHARGED if is_paid else Resumption.UNPAID


def _waits_for_payment(subscription: Subscription) -> bool:
    """Whether the invoice of an earlier resumption is still open: another one would ask for the period twice."""
    invoice = Invoice.newest_payable(subscription)
    resumed = (TimelineEntry.order == subscription.order_id) & (TimelineEntry.kind == TimelineKind.SUBSCRIPTION_RESUMED)
    entries = TimelineEntry.select().where(resumed)
    return invoice is not None and any(entry.detail.get("invoice") == invoice.invoice_id for entry in entries)
