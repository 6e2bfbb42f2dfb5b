"""What an imported subscription was charged before the import: that is no money of the shop."""

from collections.abc import Collection
from datetime import datetime

from storefront.models import CLOSED_INVOICE_STATUSES, Invoice, InvoiceStatus, Subscription
from storefront.stripe_gateway import InvoiceSnapshot


def after_import(subscription: Subscription, snapshots: Collection[InvoiceSnapshot]) -> list[InvoiceSnapshot]:
    """Those that are the shop's: of an imported subscription not what was paid or closed before the import."""
    imported_at = subscription.order.imported_at
    if imported_at is None:
        return list(snapshots)
    known = {invoice.invoice_id for invoice in Invoice.all_of(subscription)}
    return [one for one in snapshots if one.id in known or not _is_past(one, imported_at)]


def _is_past(snapshot: InvoiceSnapshot, imported_at: datetime) -> bool:
    if snapshot.status == InvoiceStatus.PAID:
        return (snapshot.paid_at or snapshot.created) < imported_at
    return snapshot.status in CLOSED_INVOICE_STATUSES and snapshot.created < imported_at
