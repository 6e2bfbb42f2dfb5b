"""Sync: our rows of a subscription follow what Stripe has. Every caller refreshes a subscription through `refresh`."""

from datetime import datetime, timedelta
from typing import TypeGuard

from peewee import ModelSelect

from storefront import stripe_gateway
from storefront.db import db
from storefront.errors import StripeError, StripeNotFound
from storefront.models import (
    ENDED_STATUSES,
    Invoice,
    InvoiceStatus,
    Merchant,
    Order,
    Subscription,
    SubscriptionStatus,
    is_due,
    now,
)
from storefront.stripe_gateway import Card, SubscriptionSnapshot
from storefront.subscriptions import invoices
from storefront.subscriptions.customer_subscription import CustomerSubscription, subscription_of_order
from storefront.subscriptions.past_invoices import after_import
from storefront.subscriptions.pending_changes import push_pending_changes
from storefront.subscriptions.status_changes import record_status_changes
from storefront.subscriptions.switching.outcome import follow
from storefront.subscriptions.terms_changes import record_terms_changes

# When to refresh a subscription again if no event arrives.
SOON, HOURLY, DAILY = timedelta(minutes=15), timedelta(hours=1), timedelta(days=1)
# Stripe collects a renewal about an hour after its period has begun (docs.stripe.com/billing/invoices/subscription).
COLLECTED_AFTER = timedelta(hours=1, minutes=5)
UNFINISHED_INVOICE_STATUSES = (InvoiceStatus.DRAFT, InvoiceStatus.OPEN)
MAX_DUE_PER_RUN = 200
NO_CARD = Card("", "", "", 0, 0)
# How often one refresh asks Stripe if later answers are stored while it waits for its own.
MAX_FETCHES = 3


def refresh(subscription: Subscription) -> None:
    """Fetch the subscription with its invoices and their payments from Stripe, and update our rows.

    Afterwards the rows, the invoices too, are as new as this call. Then push pending local changes to Stripe; if there
    were any, fetch once more. Does nothing for a subscription that was never created at Stripe. Raises StripeError.
    """
    if not subscription.subscription_id:
        return
    snapshot = _fetch(subscription)
    if snapshot is not None and push_pending_changes(subscription, snapshot):
        _fetch(subscription)


def refresh_order(order: Order) -> None:
    """Refresh the subscription of a paid order if it is just starting or an invoice is open. Raises StripeError."""
    found = subscription_of_order(order)
    if needs_refresh(found):
        refresh(found.subscription)


def needs_refresh(found: CustomerSubscription | None) -> TypeGuard[CustomerSubscription]:
    """Whether `refresh_order` would ask Stripe: the order's subscription is just starting, or an invoice is open."""
    if found is None or not found.subscription.subscription_id:
        return False
    subscription = found.subscription
    return (
        subscription.status in ("", SubscriptionStatus.INCOMPLETE)
        or not (subscription.card_id or subscription.card_removed_at)
        or found.waiting is not None
    )


def refresh_or_schedule(subscription: Subscription) -> None:
    """Refresh after a change at Stripe. If Stripe does not answer, the worker refreshes within a minute."""
    try:
        refresh(subscription)
    except StripeError:
        schedule_refresh(subscription)


def schedule_refresh(subscription: Subscription) -> None:
    """Let the worker refresh the subscription in its next run, because our rows may be out of date."""
    Subscription.update(next_check_at=now()).where(Subscription.id == subscription.id).execute()


def due() -> "ModelSelect[Subscription]":
    """Subscriptions of connected merchants that are due for a refresh, the longest overdue first."""
    query = _at_connected_merchants().where(is_due(Subscription.next_check_at, DAILY))
    return query.order_by(Subscription.next_check_at).limit(MAX_DUE_PER_RUN)


def unfinished() -> "ModelSelect[Subscription]":
    """Subscriptions of connected merchants that can still change, have an invoice that can, or were never refreshed.

    One whose creation was not answered may have ended before the shop learned its id.
    """
    with_invoices = Invoice.select(Invoice.subscription).where(Invoice.status.in_(UNFINISHED_INVOICE_STATUSES))
    can_change = Subscription.status.not_in(list(ENDED_STATUSES)) | Subscription.id.in_(with_invoices)
    return _at_connected_merchants().where(can_change | Subscription.synced_at.is_null())


def _at_connected_merchants() -> "ModelSelect[Subscription]":
    return (
        Subscription.select(Subscription, Merchant)
        .join(Merchant)
        .where(Subscription.subscription_id.is_null(False), Merchant.disconnected_at.is_null())
    )


def _fetch(subscription: Subscription) -> SubscriptionSnapshot | None:
    """Fetch and store the subscription's current state. Return None if the account has no such subscription.

    A later answer that was stored in the meantime may be about a part of the subscription only, so fetch again then.
    """
    for _ in range(MAX_FETCHES):
        snapshot, is_stored = _fetch_once(subscription)
        if is_stored or snapshot is None:
            break
    return snapshot


def _fetch_once(subscription: Subscription) -> tuple[SubscriptionSnapshot | None, bool]:
    """The snapshot, and whether it was stored."""
    merchant, stripe_id = subscription.merchant, subscription.subscription_id or ""
    try:
        snapshot = stripe_gateway.retrieve_subscription(merchant, stripe_id)
    except StripeNotFound:
        # Stripe deletes no subscriptions, so the keys may be of another account. That can be corrected.
        next_check = None if subscription.is_ended else now() + DAILY
        Subscription.update(next_check_at=next_check).where(Subscription.id == subscription.id).execute()
        return None, False
    invoice_snapshots = stripe_gateway.list_invoices(merchant, stripe_id)
    intents = invoices.retrieve_intents(merchant, invoice_snapshots)
    with db.atomic():
        subscription.order.lock()
        before = Subscription.get_by_id(subscription.id)
        is_stored = _store(subscription, before, snapshot)
        if is_stored:
            for invoice_snapshot in after_import(subscription, invoice_snapshots):
                invoices.settle(subscription, invoice_snapshot, intents.get(invoice_snapshot.id))
            follow(subscription, snapshot)
            record_status_changes(before, subscription)
            record_terms_changes(before, subscription)
            _plan_next_check(subscription)
    return snapshot, is_stored


def store_card(subscription: Subscription, snapshot: SubscriptionSnapshot) -> bool:
    """Store the card of the answer to a change. Call it in a transaction.

    Return False if it was stored already, or a later answer was: the card may have been changed again.
    """
    if not subscription.accept_answer(snapshot.request_number):
        return False
    before = Subscription.get_by_id(subscription.id)
    columns = card_columns(before, snapshot.card)
    Subscription.update(**columns).where(Subscription.id == subscription.id).execute()
    return bool(before.card_id != columns["card_id"])


def _store(subscription: Subscription, before: Subscription, snapshot: SubscriptionSnapshot) -> bool:
    """Store the snapshot; `before` is the row as it is now.

    Return False if a snapshot that was asked for later is stored already.

    Two refreshes can run at the same time, and their answers can arrive in either order.
    """
    if not subscription.accept_answer(snapshot.request_number):
        return False
    columns = {**snapshot_columns(snapshot), **card_columns(before, snapshot.card)}
    Subscription.update(**columns, synced_at=now()).where(Subscription.id == subscription.id).execute()
    subscription.reload()
    return True


def snapshot_columns(snapshot: SubscriptionSnapshot) -> dict[str, object]:
    """Columns that copy Stripe's fields. `unit_amount` is charged from the next period on."""
    return {
        "status": snapshot.status,
        "item_id": snapshot.item_id,
        "unit_amount": snapshot.unit_amount,
        "quantity": snapshot.quantity,
        "items_total": snapshot.items_total,
        "discount": snapshot.discount,
        "next_discount": snapshot.next_discount,
        "unclear_terms": snapshot.unclear_terms,
        "every": snapshot.every,
        "interval": snapshot.interval,
        "currency": snapshot.currency,
        "period_start": snapshot.period_start,
        "period_end": snapshot.period_end,
        "trial_end": snapshot.trial_end,
        "cancel_at": snapshot.cancel_at,
        "cancels_at_period_end": snapshot.cancels_at_period_end,
        "canceled_at": snapshot.canceled_at,
        "ended_at": snapshot.ended_at,
        "end_reason": snapshot.end_reason,
        "pause_reason": snapshot.pause_reason,
        "paused": snapshot.paused,
        "resumes_at": snapshot.resumes_at,
    }


def card_columns(before: Subscription | None, card: Card | None) -> dict[str, object]:
    """The columns of the card. A card that Stripe no longer has is cleared: it can't be charged.

    `before` is the row as it is now, None for a new one.
    """
    removed_at = None if card or before is None else now() if before.card_id else before.card_removed_at
    card = card or NO_CARD
    return {
        "card_id": card.id,
        "card_brand": card.brand,
        "card_last4": card.last4,
        "card_exp_month": card.exp_month,
        "card_exp_year": card.exp_year,
        "card_removed_at": removed_at,
    }


def _plan_next_check(subscription: Subscription) -> None:
    """Set when to refresh again if no event arrives."""
    has_unfinished_invoice = (
        Invoice.select()
        .where(Invoice.subscription == subscription, Invoice.status.in_(UNFINISHED_INVOICE_STATUSES))
        .exists()
    )
    next_check: datetime | None = now() + (HOURLY if has_unfinished_invoice else DAILY)
    if subscription.is_ended and not has_unfinished_invoice:
        next_check = None
    elif subscription.is_running and subscription.period_end is not None:
        collected_at = subscription.period_end + COLLECTED_AFTER
        next_check = min(next_check, max(collected_at, now() + SOON))
    Subscription.update(next_check_at=next_check).where(Subscription.id == subscription.id).execute()
