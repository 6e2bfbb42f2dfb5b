"""Voids open invoices of subscriptions canceled in this shop. Safe to retry after a crash.

Open invoices of subscriptions canceled in the Stripe Dashboard are left to the owner.
"""

from contextlib import suppress

from peewee import ModelSelect, fn

from storefront import stripe_gateway
from storefront.db import db
from storefront.errors import StripeRefused
from storefront.isolation import Run
from storefront.models import (
    Invoice,
    InvoiceStatus,
    Merchant,
    Subscription,
    SubscriptionStatus,
    TimelineEntry,
    TimelineKind,
)
from storefront.stripe_gateway import InvoiceSnapshot
from storefront.subscriptions import sync

MAX_SUBSCRIPTIONS_PER_RUN = 200


def record_cancellation(subscription: Subscription, by: str) -> None:
    """Add the timeline entry of an immediate cancellation, once. `by` is "buyer" or "owner"."""
    order = subscription.order
    with db.atomic():
        order.lock()
        if not any(
            entry.kind == TimelineKind.SUBSCRIPTION_CANCELED and entry.detail["at_once"] for entry in order.timeline()
        ):
            order.note(TimelineKind.SUBSCRIPTION_CANCELED, by=by, at_once=True)


def void_invoices(subscription: Subscription) -> None:
    """Void the open invoices of a canceled subscription. Raises StripeError, after each has been tried."""
    listed = stripe_gateway.list_invoices(subscription.merchant, subscription.subscription_id or "")
    open_invoices = [invoice for invoice in listed if invoice.status == InvoiceStatus.OPEN]

    def void(invoice: InvoiceSnapshot) -> None:
        # Refused: the invoice was paid or voided after it was listed.
        with suppress(StripeRefused):
            stripe_gateway.void_invoice(subscription.merchant, invoice.id)

    run = Run()
    run.each(lambda: open_invoices, void, name=lambda invoice: f"invoice {invoice.id}")
    run.raise_first_error()


def with_invoices_to_void(merchant: Merchant) -> "ModelSelect[Subscription]":
    """The merchant's subscriptions canceled here that have an open invoice, after a crash or an error from Stripe."""
    canceled_here = TimelineEntry.select(TimelineEntry.id).where(
        TimelineEntry.order == Subscription.order,
        TimelineEntry.kind == TimelineKind.SUBSCRIPTION_CANCELED,
        TimelineEntry.detail.contains('"at_once": true'),
    )
    return (
        Subscription.select()
        .where(
            Subscription.merchant == merchant,
            Subscription.id.in_(Invoice.select(Invoice.subscription).where(Invoice.status == InvoiceStatus.OPEN)),
            Subscription.status == SubscriptionStatus.CANCELED,
            Subscription.end_reason == "cancellation_requested",
            fn.EXISTS(canceled_here),
        )
        .order_by(Subscription.id)
        .limit(MAX_SUBSCRIPTIONS_PER_RUN)
    )


def finish_voiding(subscription: Subscription) -> None:
    """Void the open invoices that are left, and refresh the subscription. Raises StripeError."""
    void_invoices(subscription)
    sync.refresh(subscription)
