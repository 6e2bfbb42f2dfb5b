"""Events that wait, claimed by the objects that they are about: one worker asks Stripe about an object at a time."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from peewee import ModelSelect

from storefront.db import db
from storefront.isolation import Run
from storefront.models import EventClaim, Invoice, Payment, Subscription, WebhookEvent, is_due

LONGEST_RETRY = timedelta(hours=1)
# So many objects are claimed together.
BATCH = 20
# Several events of an object wait together more often than not.
CANDIDATES = BATCH * 4

# A merchant's ID and the id of an object at its Stripe account.
StripeObject = tuple[int, str]


@dataclass
class Claimed:
    """Objects that this thread has claimed with `token`, and their waiting events, the oldest first."""

    token: str
    objects: dict[StripeObject, list[WebhookEvent]] = field(default_factory=dict)

    @property
    def event_ids(self) -> set[int]:
        """The IDs of all the events."""
        return {event.id for events in self.objects.values() for event in events}


def claim(run: Run, skipped: Collection[int] = ()) -> Claimed | None:
    """Claim the objects whose events have waited longest. None if none waits, or others have claimed them all.

    `skipped` are IDs of merchants. An event that can't be read is reported in `run`, once.
    """
    EventClaim.free_abandoned()
    free = [~claimed for claimed in _claimed_by_others()]
    found = WebhookEvent.select(WebhookEvent.merchant, WebhookEvent.subject).where(_is_waiting(), *free)
    if skipped:
        found = found.where(WebhookEvent.merchant.not_in(list(skipped)))
    if run.unreadable:
        found = found.where(WebhookEvent.id.not_in([int(name.split()[-1]) for name in run.unreadable]))
    subjects = dict.fromkeys(
        (row.merchant_id, row.subject) for row in found.order_by(WebhookEvent.id).limit(CANDIDATES)
    )
    return claim_subjects(run, list(subjects)[:BATCH])


def claim_subjects(run: Run, subjects: Collection[StripeObject]) -> Claimed | None:
    """Claim the objects of these subjects. None if others have claimed them all, or none of their events wait."""
    if not subjects:
        return None
    objects = _objects_of(subjects)
    with db.atomic():
        token, mine = EventClaim.take(set(objects.values()))
    try:
        claimed = _with_events(run, subjects, objects, token, mine)
    except BaseException:
        with suppress(Exception):
            EventClaim.give_up(token)
        raise
    if not claimed.objects:
        EventClaim.give_up(token)
        return None
    idle = [subject for merchant, subject in mine if (merchant, subject) not in claimed.objects]
    if idle:
        EventClaim.release(token, idle)
    return claimed


def _with_events(
    run: Run,
    subjects: Collection[StripeObject],
    objects: Mapping[StripeObject, StripeObject],
    token: str,
    mine: Collection[StripeObject],
) -> Claimed:
    """The claimed objects with the events that wait now: others may have handled some of them before the claim."""
    claimed = Claimed(token)
    for event in run.each(lambda: _events(subjects), lambda event: event, name=lambda event: f"event {event.id}"):
        stripe_object = objects.get((event.merchant_id, event.subject))
        if stripe_object is not None and stripe_object in mine:
            claimed.objects.setdefault(stripe_object, []).append(event)
    return claimed


def _is_waiting() -> Any:
    """Condition: not handled, and due. A new event is due by any clock."""
    due = (WebhookEvent.attempts == 0) | is_due(WebhookEvent.next_attempt_at, LONGEST_RETRY)
    return WebhookEvent.handled_at.is_null() & due


def _claimed_by_others() -> list[Any]:
    """Conditions: the events of objects that are claimed. Few, as many as the threads of all workers have claimed."""
    claims = EventClaim.select(EventClaim.merchant, EventClaim.subject).where(~EventClaim.is_over())
    claimed = _by_merchant([(claim.merchant_id, claim.subject) for claim in claims])
    return [
        (WebhookEvent.merchant == merchant) & WebhookEvent.subject.in_(names) for merchant, names in claimed.items()
    ]


def _events(subjects: Collection[StripeObject]) -> "ModelSelect[WebhookEvent]":
    wanted: Any = None
    for merchant, names in _by_merchant(subjects).items():
        condition = (WebhookEvent.merchant == merchant) & WebhookEvent.subject.in_(names)
        wanted = condition if wanted is None else wanted | condition
    return WebhookEvent.select().where(_is_waiting(), wanted).order_by(WebhookEvent.id)


def _objects_of(subjects: Collection[StripeObject]) -> dict[StripeObject, StripeObject]:
    """{subject: the object to claim}. The intents of a subscription's payments are retrieved with the subscription."""
    objects = {subject: subject for subject in subjects}
    for merchant, names in _by_merchant(subjects).items():
        intents = [name for name in names if name.startswith(("pi_", "seti_"))]
        if not intents:
            continue
        begun = (
            Subscription.select(Subscription.subscription_id, Payment.intent_id)
            .join(Payment)
            .where(Payment.merchant == merchant, Payment.intent_id.in_(intents))
        )
        renewed = (
            Invoice.select(Subscription.subscription_id, Invoice.intent_id)
            .join(Subscription)
            .where(Subscription.merchant == merchant, Invoice.intent_id.in_(intents))
        )
        for subscription, intent in [*begun.tuples(), *renewed.tuples()]:
            if subscription:
                objects[merchant, intent] = (merchant, subscription)
    return objects


def _by_merchant(subjects: Collection[StripeObject]) -> dict[int, list[str]]:
    names: dict[int, list[str]] = defaultdict(list)
    for merchant, name in subjects:
        names[merchant].append(name)
    return names
