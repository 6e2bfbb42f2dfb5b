"""What of a Stripe account can be imported, page by page, and why not."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from email_validator import EmailNotValidError, validate_email

from storefront import stripe_gateway
from storefront.models import (
    ENDED_STATUSES,
    Merchant,
    Order,
    Subscription,
    SubscriptionStatus,
    UnclearTerms,
)
from storefront.money import CURRENCIES
from storefront.stripe_gateway import ForeignSubscription


class ImportObstacle(StrEnum):
    """Why a subscription can't be imported. The names of the first two are also results."""

    ALREADY_HERE = "already_here"
    ENDED = "ended"
    NOT_STARTED = "not_started"
    INVOICED = "invoiced"
    SEVERAL_ITEMS = "several_items"
    METERED = "metered"
    TIERED = "tiered"
    SCHEDULED = "scheduled"
    FREE = "free"
    CURRENCY = "currency"
    NO_EMAIL = "no_email"


class ImportNote(StrEnum):
    """What the owner should know about a subscription that can be imported."""

    NO_CARD = "no_card"
    OLDER_CARD = "older_card"
    UNPAID = "unpaid"
    PAUSED = "paused"
    ENDS = "ends"
    DISCOUNT = "discount"
    TAX = "tax"


@dataclass(frozen=True)
class ImportCandidate:
    """A subscription at Stripe. `obstacle` is None if it can be imported. `here` is our row if there is one."""

    found: ForeignSubscription
    obstacle: ImportObstacle | None
    notes: tuple[ImportNote, ...] = ()
    here: Subscription | None = None


@dataclass(frozen=True)
class CandidatePage:
    """`next` is the cursor of the page after this one, "" at the end."""

    candidates: list[ImportCandidate]
    next: str

    @property
    def importable(self) -> list[ImportCandidate]:
        """Those that can be imported."""
        return [one for one in self.candidates if one.obstacle is None]


def list_candidates(merchant: Merchant, after: str = "", limit: int = 25) -> CandidatePage:
    """One page of the account's subscriptions, newest first, with what the shop makes of them. Raises StripeError."""
    page = stripe_gateway.list_foreign_subscriptions(merchant, after, limit)
    here = _rows_here(page.found)
    candidates = []
    for found in page.found:
        row = here.get(found.snapshot.id) or here.get(found.snapshot.public_id)
        obstacle = ImportObstacle.ALREADY_HERE if row else obstacle_of(found)
        candidates.append(ImportCandidate(found, obstacle, notes_of(found) if obstacle is None else (), row))
    return CandidatePage(candidates, page.next)


def _rows_here(found: Iterable[ForeignSubscription]) -> dict[str, Subscription]:
    """Our rows by their ID at Stripe, or by their public ID: a checkout may not have got its answer yet."""
    ids = [one.snapshot.id for one in found]
    public_ids = [one.snapshot.public_id for one in found if one.snapshot.public_id]
    known = Subscription.subscription_id.in_(ids) | Subscription.public_id.in_(public_ids)
    rows = list(Subscription.select(Subscription, Order).join(Order).where(known)) if ids else []
    by_stripe_id = {row.subscription_id: row for row in rows if row.subscription_id}
    return {row.public_id: row for row in rows} | by_stripe_id


def obstacle_of(found: ForeignSubscription) -> ImportObstacle | None:
    """The first reason against importing it that follows from what Stripe has; None if there is none."""
    snapshot = found.snapshot
    reasons = {
        ImportObstacle.ENDED: snapshot.status in ENDED_STATUSES,
        ImportObstacle.NOT_STARTED: snapshot.status == SubscriptionStatus.INCOMPLETE,
        ImportObstacle.INVOICED: found.is_invoiced,
        ImportObstacle.SEVERAL_ITEMS: found.items > 1,
        ImportObstacle.METERED: snapshot.unclear_terms == UnclearTerms.METERED,
        ImportObstacle.TIERED: snapshot.unclear_terms == UnclearTerms.TIERED,
        ImportObstacle.SCHEDULED: bool(snapshot.schedule_id) or snapshot.unclear_terms == UnclearTerms.SCHEDULED,
        ImportObstacle.FREE: snapshot.unit_amount * snapshot.quantity <= 0,
        ImportObstacle.CURRENCY: snapshot.currency not in CURRENCIES,
        ImportObstacle.NO_EMAIL: not _is_email(found.email),
    }
    return next((reason for reason, is_given in reasons.items() if is_given), None)


def _is_email(typed: str) -> bool:
    try:
        validate_email(typed, check_deliverability=False, allow_smtputf8=False)
    except EmailNotValidError:
        return False
    return True


def notes_of(found: ForeignSubscription) -> tuple[ImportNote, ...]:
    """What follows for the shop from what Stripe has."""
    snapshot = found.snapshot
    notes = {
        ImportNote.NO_CARD: snapshot.card is None and not found.has_older_card,
        ImportNote.OLDER_CARD: snapshot.card is None and found.has_older_card,
        ImportNote.UNPAID: snapshot.status in (SubscriptionStatus.PAST_DUE, SubscriptionStatus.UNPAID),
        ImportNote.PAUSED: snapshot.paused or snapshot.status == SubscriptionStatus.PAUSED,
        ImportNote.ENDS: snapshot.cancels_at_period_end or snapshot.cancel_at is not None,
        ImportNote.DISCOUNT: snapshot.unclear_terms == UnclearTerms.DISCOUNT,
        ImportNote.TAX: snapshot.unclear_terms == UnclearTerms.TAX,
    }
    return tuple(note for note, applies in notes.items() if applies)
