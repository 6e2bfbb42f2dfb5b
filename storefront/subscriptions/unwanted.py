"""Subscriptions that end because their order was withdrawn from. Safe to repeat after a crash or an error of Stripe."""

import logging

from storefront.errors import SecretUnreadable, StripeError
from storefront.models import ENDED_STATUSES, Invoice, InvoiceStatus, Order, Subscription, now
from storefront.subscriptions import invoice_voiding, sync

log = logging.getLogger(__name__)


def mark_unwanted(order: Order) -> None:
    """Have the order's subscriptions canceled at Stripe. Call it in the transaction that has locked the order."""
    running = list(
        Subscription.select().where(Subscription.order == order, Subscription.status.not_in([*ENDED_STATUSES]))
    )
    for subscription in running:
        subscription.order = order
        invoice_voiding.record_cancellation(subscription, "buyer")
        Subscription.update(unwanted=True, next_check_at=now()).where(Subscription.id == subscription.id).execute()


def end_unwanted(order: Order) -> None:
    """Cancel them at Stripe now, and void their open invoices. Never fails: the worker tries again within a minute."""
    for subscription in list(Subscription.select().where(Subscription.order == order, Subscription.unwanted)):
        subscription.order = order
        try:
            sync.refresh(subscription)
            still_open = (Invoice.subscription == subscription) & (Invoice.status == InvoiceStatus.OPEN)
            if subscription.is_ended and Invoice.select().where(still_open).exists():
                invoice_voiding.finish_voiding(subscription)
        except (StripeError, SecretUnreadable) as error:
            log.warning("subscription %s could not be ended yet: %s", subscription.id, type(error).__name__)
            sync.schedule_refresh(subscription)
