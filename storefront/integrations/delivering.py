"""Delivers events to the endpoints of other programs, with retries for three days."""

import logging
import time
from datetime import timedelta
from functools import partial

from storefront import emails
from storefront.db import db
from storefront.errors import SecretUnreadable
from storefront.integrations import requests, signing
from storefront.integrations.payloads import body_of
from storefront.integrations.requests import Answer, DeliveryProblem, NotDelivered
from storefront.isolation import Run
from storefront.models import (
    DeliveryState,
    EmailKind,
    OutgoingEvent,
    WebhookDelivery,
    WebhookEndpoint,
    now,
)

log = logging.getLogger(__name__)

# After each failed attempt the next one waits so many minutes: 72 hours in total.
RETRY_MINUTES = (1, 5, 30, 2 * 60, 5 * 60, 8 * 60, 8 * 60, 12 * 60, 12 * 60, 12 * 60, 12 * 60 + 24)
MAX_ATTEMPTS = len(RETRY_MINUTES) + 1
# An endpoint that has failed for so long, without a success, is disabled.
DISABLED_AFTER = timedelta(hours=72)
# Deliveries to one endpoint before the others have their turn.
TURN = 20
# The endpoint says that it does not exist any more (Standard Webhooks).
GONE = 410
# What an endpoint answers about itself, not about this one delivery: its other deliveries can wait for the next run.
_OF_ENDPOINT = frozenset(DeliveryProblem) - {DeliveryProblem.REFUSED}


def has_unprepared_events() -> bool:
    """Whether there are new events."""
    return bool(OutgoingEvent.unprepared(1))


def prepare_events() -> Run:
    """Determine the receivers of new events, and write a delivery for each of them."""
    run = Run()
    while events := OutgoingEvent.unprepared():
        run.each(
            partial(list, events),
            partial(_prepare, endpoints=WebhookEndpoint.enabled()),
            name=lambda event: f"event {event.event_id}",
        )
        if run.failures:
            break
    return run


def _prepare(event: OutgoingEvent, endpoints: list[WebhookEndpoint]) -> None:
    receivers = [endpoint for endpoint in endpoints if event.type in endpoint.types]
    body = body_of(event) if receivers else ""
    with db.atomic():
        # Of several workers one prepares it.
        prepared = (
            OutgoingEvent.update(body=body, prepared_at=now())
            .where(OutgoingEvent.id == event.id, OutgoingEvent.prepared_at.is_null())
            .execute()
        )
        for endpoint in receivers if prepared else ():
            WebhookDelivery.insert_unless_exists(endpoint=endpoint, event=event)


def deliver_due() -> int:
    """Deliver what is due. Return how many attempts were made.

    The endpoints take turns, and one that does not answer waits for the next run: it can't hold up the others.
    """
    made, endpoints = 0, WebhookEndpoint.enabled()
    while endpoints:
        endpoints = [endpoint for endpoint in endpoints if (count := _take_turn(endpoint)) and (made := made + count)]
    return made


def _take_turn(endpoint: WebhookEndpoint) -> int:
    """Deliver some events to the endpoint. Return how many attempts were made; 0 if it is not to be asked again now."""
    run, is_away = Run(), False
    made = 0

    def attempt(delivery: WebhookDelivery) -> None:
        nonlocal is_away, made
        if not is_away and WebhookDelivery.claim(delivery.id):
            made += 1
            is_away = not _attempt(WebhookDelivery.get_by_id(delivery.id))

    due = WebhookDelivery.due(endpoint, TURN)
    run.each(lambda: due, attempt, name=lambda delivery: f"webhook delivery {delivery.id}")
    run.log_failures()
    return 0 if is_away or run.failures else made


def _attempt(delivery: WebhookDelivery) -> bool:
    """Send a claimed delivery, and store what came of it. Return whether the endpoint can be asked again now."""
    endpoint, event, answer, started = delivery.endpoint, delivery.event, None, time.monotonic()
    try:
        answer = _send(endpoint, event)
        problem = answer.problem
    except NotDelivered as error:
        problem = error.problem
    except SecretUnreadable:
        problem = DeliveryProblem.SECRET_UNREADABLE
    milliseconds = int((time.monotonic() - started) * 1000)
    with db.atomic():
        _store(delivery, answer, problem, milliseconds)
        if problem is None:
            WebhookEndpoint.update(failing_since=None).where(
                WebhookEndpoint.id == endpoint.id, WebhookEndpoint.failing_since.is_null(False)
            ).execute()
        else:
            _record_failure(endpoint, is_gone=answer is not None and answer.status == GONE)
    return problem not in _OF_ENDPOINT


def _send(endpoint: WebhookEndpoint, event: OutgoingEvent) -> Answer:
    body = event.body.encode()
    headers = {
        "content-type": "application/json",
        "user-agent": "Storefront-Webhooks",
        **signing.signed_headers(event.event_id, int(now().timestamp()), body, endpoint.secrets()),
    }
    return requests.post(endpoint.url, body, headers)


def _store(
    delivery: WebhookDelivery, answer: Answer | None, problem: DeliveryProblem | None, milliseconds: int
) -> None:
    state, due_at = DeliveryState.DELIVERED, delivery.due_at
    if problem is not None:
        is_last = delivery.attempts >= MAX_ATTEMPTS
        state = DeliveryState.FAILED if is_last else DeliveryState.WAITING
        due_at = due_at if is_last else now() + timedelta(minutes=RETRY_MINUTES[delivery.attempts - 1])
        log.info("webhook delivery %s: %s", delivery.id, problem)
    WebhookDelivery.update(
        state=state,
        due_at=due_at,
        claimed_until=None,
        status=answer.status if answer is not None else 0,
        answer=answer.text if answer is not None else "",
        problem=problem or "",
        milliseconds=milliseconds,
    ).where(WebhookDelivery.id == delivery.id, WebhookDelivery.state == DeliveryState.WAITING).execute()


def _record_failure(endpoint: WebhookEndpoint, is_gone: bool) -> None:
    """Remember since when the endpoint fails. Disable one that is gone, or has failed for too long."""
    present = WebhookEndpoint.get_by_id(endpoint.id)
    if present.failing_since is None:
        WebhookEndpoint.update(failing_since=now()).where(WebhookEndpoint.id == endpoint.id).execute()
    elif now() - present.failing_since >= DISABLED_AFTER:
        disable_endpoint(present, "failing")
        return
    if is_gone:
        disable_endpoint(present, "gone")


def disable_endpoint(endpoint: WebhookEndpoint, reason: str) -> None:
    """Deliver nothing there any more. `reason` is "failing", "gone" or "owner"; the owner is told unless it is that."""
    with db.atomic():
        disabled = (
            WebhookEndpoint.update(disabled_reason=reason, disabled_at=now())
            .where(WebhookEndpoint.id == endpoint.id, WebhookEndpoint.disabled_reason == "")
            .execute()
        )
        if not disabled:
            return
        WebhookDelivery.update(state=DeliveryState.FAILED, problem=DeliveryProblem.DISABLED, claimed_until=None).where(
            WebhookDelivery.endpoint == endpoint, WebhookDelivery.state == DeliveryState.WAITING
        ).execute()
        if reason != "owner":
            about = f"endpoint-{endpoint.public_id}-{now():%Y%m%d%H%M%S}"
            emails.write(
                EmailKind.OWNER_ENDPOINT_DISABLED, None, about, title=endpoint.url, endpoint=endpoint.public_id
            )
