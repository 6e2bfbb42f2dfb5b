"""Stripe's events: verified, stored once, and handled by asking Stripe for the object they are about."""

from collections.abc import Callable
from datetime import timedelta

from peewee import IntegrityError

from storefront import payments, stripe_gateway, subscriptions
from storefront.db import db
from storefront.errors import SecretUnreadable, ShopError, StripeError, WebhookRefused
from storefront.isolation import Run
from storefront.models import Invoice, Merchant, Payment, Subscription, WebhookEvent, WebhookRefusal, now
from storefront.stripe_gateway import EventSummary

# Stripe's own largest events are far smaller.
MAX_PAYLOAD_BYTES = 512_000
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=5), timedelta(hours=1)


def receive_event(merchant: Merchant, payload: bytes, signature: str) -> WebhookEvent | None:
    """Verify and store one delivery; None when it was stored before or concerns nothing of ours.

    Raises WebhookRefused, which is counted. When this returns, the event is in the table.
    """
    if len(payload) > MAX_PAYLOAD_BYTES:
        raise refuse_delivery(merchant, "size")
    try:
        hint = stripe_gateway.read_delivery(merchant, payload, signature)
    except stripe_gateway.SignatureInvalid as error:
        raise refuse_delivery(merchant, error.reason) from error
    except SecretUnreadable as error:
        raise refuse_delivery(merchant, "unreadable") from error
    if hint.livemode != merchant.is_live:
        raise refuse_delivery(merchant, "mode")
    return store_event(merchant, hint)


def refuse_delivery(merchant: Merchant | None, reason: str) -> WebhookRefused:
    """Count a delivery that was refused; the error to raise."""
    WebhookRefusal.record(merchant, reason)
    return WebhookRefused(reason)


def store_event(merchant: Merchant, hint: EventSummary) -> WebhookEvent | None:
    """Keep an event, once; None when it is there already, or of a kind that nothing here handles."""
    if hint.type not in HANDLERS:
        return None
    try:
        with db.atomic():
            return WebhookEvent.create(
                merchant=merchant,
                event_id=hint.id,
                type=hint.type,
                object_id=hint.object_id,
                intent_id=hint.intent_id,
                payment=hint.payment,
                subscription=hint.subscription,
                attempt=hint.declined_charge,
                occurred_at=hint.occurred_at,
            )
    except IntegrityError:
        return None


def handle_event(event: WebhookEvent) -> None:
    """Do what the event asks for; when that fails, plan the next attempt, later each time."""
    _handle_each(lambda: [event])


def handle_waiting() -> None:
    """Handle the events that are due. One that fails does not stop the others."""
    _handle_each(waiting_events)


def _handle_each(find: Callable[[], list[WebhookEvent]]) -> None:
    Run().each(
        find,
        _handle,
        name=lambda event: f"event {event.event_id} ({event.type})",
        merchant=lambda event: event.merchant_id,
        failed=_postpone,
    )


def _handle(event: WebhookEvent) -> None:
    if event.handled_at is None:
        HANDLERS[event.type](event)
        WebhookEvent.update(handled_at=now(), problem="").where(WebhookEvent.id == event.id).execute()


def waiting_events() -> list[WebhookEvent]:
    """Events that are due and not handled yet, oldest first."""
    return list(
        WebhookEvent.select()
        .where(WebhookEvent.handled_at.is_null(), WebhookEvent.next_attempt_at <= now())
        .order_by(WebhookEvent.id)
        .limit(500)
    )


def _payment_intent_changed(event: WebhookEvent) -> None:
    """The intent is fetched as it is now: the order, repetition and delay of events make no difference."""
    payment = _payment_of(event)
    if payment is not None:
        payments.refresh(payment)
        return
    invoice = Invoice.get_or_none(Invoice.intent_id == (event.intent_id or event.object_id))
    if invoice is not None:
        _refresh(invoice.subscription, event)


def _attempt_failed(event: WebhookEvent) -> None:
    """The intent shows its last decline only; each event tells of one, so a storm of them is counted whole."""
    payment = _payment_of(event)
    if payment is not None and event.attempt:
        payments.record_decline(payment, event.attempt)
    subscription = _subscription_of(event) if event.subscription else None
    if subscription is not None:
        subscriptions.record_failed_card_change(subscription, event.object_id, event.attempt)
    _payment_intent_changed(event)


def _bank_asks(event: WebhookEvent) -> None:
    """Worth remembering even when the buyer has passed the check before this event is handled."""
    payment = _payment_of(event)
    if payment is not None:
        Payment.update(challenged=True).where(Payment.id == payment.id).execute()
    _payment_intent_changed(event)


def _card_kept(event: WebhookEvent) -> None:
    """A trial's first card, or another one for a subscription, should its buyer's browser not have come back."""
    subscription = _subscription_of(event) if event.subscription else None
    if subscription is not None:
        subscriptions.finish_interrupted_card_change(subscription, event.object_id, event.occurred_at)
    _payment_intent_changed(event)


def _subscription_changed(event: WebhookEvent) -> None:
    """The subscription is fetched as it is now, with its invoices; and its first payment, while that is not made."""
    subscription = _subscription_of(event)
    if subscription is None:
        return
    if subscription.payment.ended_at is None:
        payments.refresh(subscription.payment)
    _refresh(subscription, event)


def _card_changed(event: WebhookEvent) -> None:
    """Banks replace cards, and tell Stripe the new number or expiry."""
    charged = Subscription.merchant == event.merchant_id, Subscription.card_id == event.object_id
    run = Run()
    run.each(
        lambda: Subscription.select().where(*charged),
        lambda subscription: _refresh(subscription, event),
        name=lambda subscription: f"subscription {subscription.subscription_id}",
        merchant=lambda subscription: subscription.merchant_id,
    )
    if run.first_error is not None:
        # The event stays unhandled: the next attempt asks about those that failed.
        raise run.first_error


def _refresh(subscription: Subscription, event: WebhookEvent) -> None:
    """Several events tell of one renewal: what was asked for after an event came shows all that it tells."""
    if subscription.synced_at is None or subscription.synced_at <= event.received_at:
        subscriptions.refresh(subscription)


def _refunds_changed(event: WebhookEvent) -> None:
    """A refund may have been made at Stripe: all of the payment's are taken over."""
    payment = _payment_of(event)
    if payment is not None:
        payments.refresh(payment)
        payments.sync_refunds(payment)


def _dispute_changed(event: WebhookEvent) -> None:
    payment = _payment_of(event)
    if payment is not None:
        payments.refresh(payment)
        payments.sync_disputes(payment)


def _payment_of(event: WebhookEvent) -> Payment | None:
    """Ours, by the intent's id; or by its metadata when the answer that would have told us the id was lost.

    Other systems may use the same account: their intents are none of our business.
    """
    ours = Payment.merchant == event.merchant_id
    intent_id = event.intent_id or event.object_id
    payment = Payment.get_or_none(ours, Payment.intent_id == intent_id)
    if payment is None and event.payment:
        payment = Payment.get_or_none(ours, Payment.public_id == event.payment, Payment.intent_id.is_null())
        if payment is not None:
            payment.intent_id = intent_id
            payment.save(only=[Payment.intent_id])
    return payment


def _subscription_of(event: WebhookEvent) -> Subscription | None:
    """Ours, by Stripe's id; or by our payment in its metadata when the answer that would have told the id was lost."""
    ours = Subscription.merchant == event.merchant_id
    found: Subscription | None = Subscription.get_or_none(ours, Subscription.subscription_id == event.subscription)
    if found is None and event.payment:
        payment = Payment.select(Payment.id).where(Payment.public_id == event.payment)
        found = Subscription.get_or_none(
            ours, Subscription.payment.in_(payment), Subscription.subscription_id.is_null()
        )
        if found is not None:
            found.subscription_id = event.subscription
            found.save(only=[Subscription.subscription_id])
    return found


def _postpone(event: WebhookEvent, error: Exception) -> None:
    known = isinstance(error, ShopError) and not isinstance(error, StripeError)
    problem = str(error) if known else type(error).__name__
    wait = min(FIRST_WAIT * 2**event.attempts, LONGEST_WAIT)
    WebhookEvent.update(attempts=WebhookEvent.attempts + 1, next_attempt_at=now() + wait, problem=problem).where(
        WebhookEvent.id == event.id
    ).execute()


HANDLERS: dict[str, Callable[[WebhookEvent], None]] = {
    "payment_intent.succeeded": _payment_intent_changed,
    "payment_intent.payment_failed": _attempt_failed,
    "payment_intent.processing": _payment_intent_changed,
    "payment_intent.requires_action": _bank_asks,
    "payment_intent.canceled": _payment_intent_changed,
    "setup_intent.succeeded": _card_kept,
    "setup_intent.setup_failed": _attempt_failed,
    "setup_intent.requires_action": _bank_asks,
    "setup_intent.canceled": _payment_intent_changed,
    "customer.subscription.created": _subscription_changed,
    "customer.subscription.updated": _subscription_changed,
    "customer.subscription.deleted": _subscription_changed,
    "customer.subscription.paused": _subscription_changed,
    "customer.subscription.resumed": _subscription_changed,
    "invoice.created": _subscription_changed,
    "invoice.finalized": _subscription_changed,
    "invoice.paid": _subscription_changed,
    "invoice.payment_failed": _subscription_changed,
    "invoice.payment_action_required": _subscription_changed,
    "invoice.voided": _subscription_changed,
    "invoice.marked_uncollectible": _subscription_changed,
    "subscription_schedule.canceled": _subscription_changed,
    "subscription_schedule.completed": _subscription_changed,
    "subscription_schedule.released": _subscription_changed,
    "payment_method.automatically_updated": _card_changed,
    "payment_method.updated": _card_changed,
    "charge.refunded": _refunds_changed,
    "refund.created": _refunds_changed,
    "refund.updated": _refunds_changed,
    "refund.failed": _refunds_changed,
    "charge.dispute.created": _dispute_changed,
    "charge.dispute.updated": _dispute_changed,
    "charge.dispute.closed": _dispute_changed,
    "charge.dispute.funds_withdrawn": _dispute_changed,
    "charge.dispute.funds_reinstated": _dispute_changed,
}
# What we ask Stripe to send: only what is handled.
HANDLED_EVENTS = tuple(HANDLERS)
