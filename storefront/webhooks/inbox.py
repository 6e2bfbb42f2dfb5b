"""The inbox of webhook events: verify a delivery, store it once, handle it, retry it later if that fails."""

from collections.abc import Callable, Iterable
from datetime import timedelta

from peewee import IntegrityError, ModelSelect

from storefront import emails, stripe_gateway
from storefront.db import db
from storefront.errors import PaymentNotRecorded, SecretUnreadable, ShopError, StripeError, WebhookRefused
from storefront.isolation import Run
from storefront.models import EmailKind, IgnoredDelivery, Merchant, Order, WebhookEvent, WebhookRefusal, is_due, now
from storefront.stripe_gateway import EventSummary
from storefront.webhooks.handlers import HANDLED_EVENTS, HANDLERS
from storefront.webhooks.matching import adopt_lost_ids

# Stripe's own largest events are far smaller.
MAX_PAYLOAD_BYTES = 512_000
# The wait before the first retry; it doubles with each further one.
FIRST_RETRY, LONGEST_RETRY = timedelta(seconds=5), timedelta(hours=1)
MAX_EVENTS_PER_RUN = 500
# About a day of retries. A payment that is not recorded by then will not be.
MAX_WAITS_FOR_PAYMENT = 33


def receive(merchant: Merchant, payload: bytes, signature: str) -> WebhookEvent | None:
    """Verify one delivery and store its event. Return None if it is already stored, or not for the shop.

    `signature` is the Stripe-Signature header. Raises WebhookRefused, and counts the refusal. A signed delivery that is
    not for the shop is counted too.
    """
    if len(payload) > MAX_PAYLOAD_BYTES:
        raise refuse(merchant, "size")
    try:
        summary = stripe_gateway.verify_delivery(merchant, payload, signature, HANDLED_EVENTS)
    except stripe_gateway.DeliveryNotOurs as error:
        IgnoredDelivery.record(merchant, error.reason)
        return None
    except stripe_gateway.DeliveryInvalid as error:
        raise refuse(merchant, error.reason) from error
    except SecretUnreadable as error:
        raise refuse(merchant, "unreadable") from error
    return store(merchant, summary)


def refuse(merchant: Merchant | None, reason: str) -> WebhookRefused:
    """Count a refused delivery and return the error to raise. `merchant` is None if the address is unknown."""
    WebhookRefusal.record(merchant, reason)
    return WebhookRefused(reason)


def store(merchant: Merchant, summary: EventSummary) -> WebhookEvent | None:
    """Store an event. Return None if it is already stored, or not of this merchant's mode."""
    if summary.livemode != merchant.is_live:
        return None
    try:
        with db.atomic():
            return WebhookEvent.create(
                merchant=merchant,
                event_id=summary.id,
                type=summary.type,
                object_id=summary.object_id,
                intent_id=summary.intent_id,
                payment=summary.payment,
                subscription=summary.subscription,
                attempt=summary.declined_charge,
                occurred_at=summary.occurred_at,
            )
    except IntegrityError:
        return None


def handle(event: WebhookEvent) -> None:
    """Handle one stored event. If that fails, plan a retry; each wait is longer than the one before."""
    _handle_each(lambda: [event])


def handle_waiting() -> None:
    """Handle the events that are due. One that fails does not stop the others."""
    _handle_each(waiting)


def waiting() -> "ModelSelect[WebhookEvent]":
    """Events that are due and not handled yet, oldest first."""
    return (
        WebhookEvent.select()
        .where(WebhookEvent.handled_at.is_null(), is_due(WebhookEvent.next_attempt_at, LONGEST_RETRY))
        .order_by(WebhookEvent.id)
        .limit(MAX_EVENTS_PER_RUN)
    )


def _handle_each(find: Callable[[], Iterable[WebhookEvent]]) -> None:
    Run().each(
        find,
        _handle,
        name=lambda event: f"event {event.event_id} ({event.type})",
        merchant=lambda event: event.merchant_id,
        failed=_plan_retry,
    )


def _handle(event: WebhookEvent) -> None:
    if event.handled_at is None:
        adopt_lost_ids(event)
        HANDLERS[event.type](event)
        WebhookEvent.update(handled_at=now(), problem="").where(WebhookEvent.id == event.id).execute()


def _plan_retry(event: WebhookEvent, error: Exception) -> None:
    """Store the problem on the event, and when to try again.

    Other texts than our own may hold customer data: of errors from Stripe and unexpected ones only the type is stored.
    """
    if isinstance(error, PaymentNotRecorded) and event.attempts >= MAX_WAITS_FOR_PAYMENT:
        _give_up(event, error)
        return
    has_safe_text = isinstance(error, ShopError) and not isinstance(error, StripeError)
    problem = str(error) if has_safe_text else type(error).__name__
    wait = min(FIRST_RETRY * 2**event.attempts, LONGEST_RETRY)
    WebhookEvent.update(attempts=WebhookEvent.attempts + 1, next_attempt_at=now() + wait, problem=problem).where(
        WebhookEvent.id == event.id
    ).execute()


def _give_up(event: WebhookEvent, error: PaymentNotRecorded) -> None:
    """Stop retrying the event and tell the owner, once for each payment."""
    with db.atomic():
        WebhookEvent.update(handled_at=now(), problem=str(error)).where(WebhookEvent.id == event.id).execute()
        order = Order.get_by_id(error.order_id)
        emails.write(EmailKind.OWNER_PAYMENT_UNKNOWN, order, f"payment-{error.intent_id}"[:80])
