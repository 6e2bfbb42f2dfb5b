"""Subscriptions that were ended here while money was owed: their open invoices are void, whoever was interrupted.

What is still open of one that ended at Stripe is its owner's affair.
"""

from contextlib import suppress

from storefront import stripe_gateway
from storefront.db import db
from storefront.errors import StripeRefused
from storefront.models import Invoice, Merchant, Subscription, TimelineEntry
from storefront.subscriptions import sync

CANCELLED = "subscription_cancelled"


def record_cancellation(subscription: Subscription, by: str) -> None:
    """Write down who has ended it; once, however often it is pressed."""
    order = subscription.order
    with db.atomic():
        order.lock()
        if not any(entry.kind == CANCELLED and entry.detail["at_once"] for entry in order.timeline()):
            order.note(CANCELLED, by=by, at_once=True)


def void_invoices(subscription: Subscription) -> None:
    """Nobody pays for what isn't delivered. Raises StripeError."""
    for invoice in stripe_gateway.list_invoices(subscription.merchant, subscription.subscription_id or ""):
        # Refused: it has been paid, or made void, since it was listed.
        with suppress(StripeRefused):
            if invoice.status == "open":
                stripe_gateway.void_invoice(subscription.merchant, invoice.id)


def with_invoices_to_void() -> list[Subscription]:
    """Those that were ended here and still have an open invoice: somebody was interrupted, or Stripe was silent."""
    ended_here = TimelineEntry.select(TimelineEntry.order).where(
        TimelineEntry.kind == CANCELLED, TimelineEntry.detail.contains('"at_once": true')
    )
    found = (
        Subscription.select(Subscription, Merchant)
        .join(Merchant)
        .where(
            Subscription.id.in_(Invoice.select(Invoice.subscription).where(Invoice.status == "open")),
            Subscription.status == "canceled",
            Subscription.end_reason == "cancellation_requested",
            Subscription.order.in_(ended_here),
            Merchant.disconnected_at.is_null(),
        )
    )
    return list(found.limit(200))


def finish_voiding(subscription: Subscription) -> None:
    """Void what is still open of an ended one. Raises StripeError."""
    void_invoices(subscription)
    sync.refresh(subscription)
