"""Stripe's events: verified, stored once, and handled by asking Stripe for the object they are about."""

from collections.abc import Callable
from datetime import timedelta

from peewee import IntegrityError

from storefront import payments, stripe_gateway
from storefront.db import db
from storefront.errors import ShopError, StripeError
from storefront.models import Merchant, Payment, WebhookEvent
from storefront.models.base import now

FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=5), timedelta(hours=1)


def receive(merchant: Merchant, payload: bytes, signature: str) -> WebhookEvent | None:
    """Verify and store one delivery; None when it was stored before or concerns nothing of ours.

    Raises stripe_gateway.SignatureInvalid. When this returns, the event is in the table.
    """
    hint = stripe_gateway.read_delivery(merchant, payload, signature)
    if hint.type not in HANDLERS or hint.livemode != merchant.is_live:
        return None
    try:
        with db.atomic():
            return WebhookEvent.create(
                merchant=merchant,
                event_id=hint.id,
                type=hint.type,
                object_id=hint.object_id,
                payment=hint.payment,
            )
    except IntegrityError:
        return None


def handle(event: WebhookEvent) -> None:
    """Do what the event asks for; when Stripe can't be asked, wait longer each time."""
    if event.handled_at is not None:
        return
    try:
        HANDLERS[event.type](event)
    except ShopError as error:
        _postpone(event, type(error).__name__ if isinstance(error, StripeError) else str(error))
        return
    WebhookEvent.update(handled_at=now(), problem="").where(WebhookEvent.id == event.id).execute()


def waiting() -> list[WebhookEvent]:
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


def _bank_asks(event: WebhookEvent) -> None:
    """Worth remembering even when the buyer has passed the check before this event is handled."""
    payment = _payment_of(event)
    if payment is not None:
        Payment.update(challenged=True).where(Payment.id == payment.id).execute()
        payments.refresh(payment)


def _payment_of(event: WebhookEvent) -> Payment | None:
    """Ours, by the intent's id; or by its metadata when the answer that would have told us the id was lost.

    Other systems may use the same account: their intents are none of our business.
    """
    ours = Payment.merchant == event.merchant_id
    payment = Payment.get_or_none(ours, Payment.intent_id == event.object_id)
    if payment is None and event.payment:
        payment = Payment.get_or_none(ours, Payment.public_id == event.payment, Payment.intent_id.is_null())
        if payment is not None:
            payment.intent_id = event.object_id
            payment.save(only=[Payment.intent_id])
    return payment


def _postpone(event: WebhookEvent, problem: str) -> None:
    wait = min(FIRST_WAIT * 2**event.attempts, LONGEST_WAIT)
    WebhookEvent.update(attempts=WebhookEvent.attempts + 1, next_attempt_at=now() + wait, problem=problem).where(
        WebhookEvent.id == event.id
    ).execute()


HANDLERS: dict[str, Callable[[WebhookEvent], None]] = {
    "payment_intent.succeeded": _payment_intent_changed,
    "payment_intent.payment_failed": _payment_intent_changed,
    "payment_intent.processing": _payment_intent_changed,
    "payment_intent.requires_action": _bank_asks,
    "payment_intent.canceled": _payment_intent_changed,
}
# What we ask Stripe to send: only what is handled.
HANDLED_EVENTS = tuple(HANDLERS)
