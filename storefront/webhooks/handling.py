"""Handles stored events: those about one object together, with one look at Stripe. What fails is retried later."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import timedelta
from functools import partial

from storefront import emails
from storefront.db import db
from storefront.errors import PaymentNotRecorded, ShopError, StripeError
from storefront.isolation import MAX_STORAGE_FAILURES, MAX_TIMEOUTS, Run
from storefront.models import EmailKind, EventClaim, Order, PreparedStatement, WebhookEvent, now
from storefront.webhooks import waiting
from storefront.webhooks.handlers import HANDLERS, NOTES
from storefront.webhooks.looks import Looks
from storefront.webhooks.matching import adopt_lost_ids
from storefront.webhooks.waiting import LONGEST_RETRY, Claimed

# The wait before the first retry; it doubles with each further one.
FIRST_RETRY = timedelta(seconds=5)
# About a day of retries. A payment that is not recorded by then will not be.
MAX_WAITS_FOR_PAYMENT = 33
_MARK_HANDLED = PreparedStatement(
    lambda time, event: WebhookEvent.update(handled_at=time, problem="").where(WebhookEvent.id == event)
)


def handle(event: WebhookEvent) -> None:
    """Handle one stored event, with the others about its object. If that fails, plan a retry."""
    run = Run()
    EventClaim.free_abandoned()
    claimed = waiting.claim_subjects(run, [(event.merchant_id, event.subject)])
    if claimed is not None:
        _handle_claimed(run, claimed)


def handle_waiting(between_batches: Callable[[], object] = lambda: None) -> int:
    """Handle the events that are due until none waits. One that fails does not stop the others. Return how many.

    Calls `between_batches` each time that some were handled and more wait. Several threads and workers can run this at
    the same time.
    """
    run, total = Run(), 0
    tried: set[int] = set()
    while run.storage_failures < MAX_STORAGE_FAILURES:
        silent = [merchant for merchant, timeouts in run.timeouts.items() if timeouts >= MAX_TIMEOUTS]
        claimed = waiting.claim(run, silent)
        if claimed is None:
            break
        if total:
            between_batches()
        new = claimed.event_ids - tried
        handled = _handle_claimed(run, claimed)
        if not new:
            # Neither handled nor planned for later: the database may be in trouble.
            break
        tried |= new
        total += handled
    return total


def _handle_claimed(run: Run, claimed: Claimed) -> int:
    """Handle the events of claimed objects. Return how many were handled; for the others, a retry is planned."""
    handled = 0
    try:
        for (_merchant, subject), events in claimed.objects.items():
            done = _handle_object(run, events)
            with db.atomic():
                for event_id in done:
                    _MARK_HANDLED.execute(now(), event_id)
                EventClaim.release(claimed.token, [subject])
            handled += len(done)
    finally:
        # Whatever stops this thread: the next one need not wait until the lease is over.
        with suppress(Exception):
            EventClaim.give_up(claimed.token)
    return handled


def _handle_object(run: Run, events: Sequence[WebhookEvent]) -> list[int]:
    """Handle the waiting events of one object; return the IDs of those that were handled.

    First everything that the events themselves tell is stored. Then Stripe is asked: limits on declines count them all.
    """
    looks = Looks()
    noted = _each(run, looks, events, _note)
    return [event.id for event in _each(run, looks, noted, _look)]


def _each(
    run: Run, looks: Looks, events: Sequence[WebhookEvent], act: Callable[[Looks, WebhookEvent], WebhookEvent]
) -> list[WebhookEvent]:
    done: list[WebhookEvent] = []
    for event in events:
        # A question that Stripe did not answer counts once, however many events led to it.
        counted = None if looks.failed else _merchant_id
        done += run.each(
            lambda event=event: [event],  # type: ignore[misc]  # mypy infers no type for the default
            partial(act, looks),
            name=lambda event: f"event {event.event_id} ({event.type})",
            merchant=counted,
            failed=_plan_retry,
        )
    return done


def _note(looks: Looks, event: WebhookEvent) -> WebhookEvent:
    adopt_lost_ids(event, looks)
    if event.type in NOTES:
        NOTES[event.type](event, looks)
    return event


def _look(looks: Looks, event: WebhookEvent) -> WebhookEvent:
    HANDLERS[event.type](event, looks)
    return event


def _merchant_id(event: WebhookEvent) -> int:
    return event.merchant_id


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
