"""What a merchant has done on its way to the first real payment, told by the data and not by anybody's word."""

from dataclasses import dataclass
from enum import StrEnum

from peewee import fn

from storefront.models import SETTLED_STATUSES, Merchant, Offer, Order, Payment, WebhookEvent


class OnboardingStep(StrEnum):
    """In the order in which they are best taken."""

    KEYS_SAVED = "keys_saved"
    PAIR_VERIFIED = "pair_verified"
    OFFER_USES_IT = "offer_uses_it"
    WEBHOOK_RECEIVED = "webhook_received"
    PAYMENT_MADE = "payment_made"
    CHALLENGE_TRIED = "challenge_tried"
    LIVE_KEYS = "live_keys"


# A live merchant doesn't have them.
IN_TEST_MODE = frozenset({OnboardingStep.CHALLENGE_TRIED, OnboardingStep.LIVE_KEYS})

_RECURS = (Offer.kind != "one_off") & (Offer.status != "archived")


@dataclass(frozen=True)
class Checklist:
    """`done` are the steps taken; `next` is the first that isn't, None when all are.

    `offer_slug` is the address of a published offer of it, None where there is none. `recurs`: whether it sells what is
    paid again and again, so that Stripe's Billing settings matter to it; no API tells how they stand.
    """

    merchant: Merchant
    done: frozenset[OnboardingStep]
    steps: tuple[OnboardingStep, ...]
    offer_slug: str | None
    recurs: bool = False

    @property
    def next(self) -> OnboardingStep | None:
        """The next step to take."""
        return next((step for step in self.steps if step not in self.done), None)


def checklists(merchants: list[Merchant]) -> dict[int, Checklist]:
    """The check-list of each merchant by its id; a fixed number of queries however many they are.

    A live merchant has no "live keys" step: it is that step. Nor does anybody try 3-D Secure with real money.
    `merchants` must be all connected ones: whether the live keys are in is told by the others.
    """
    ids = [merchant.id for merchant in merchants]
    reachable = [merchant.id for merchant in merchants if merchant.has_endpoint]
    slugs = _published(ids)
    reached = {
        OnboardingStep.OFFER_USES_IT: set(slugs),
        # Without an endpoint events are fetched, not received.
        OnboardingStep.WEBHOOK_RECEIVED: _merchants(WebhookEvent, WebhookEvent.merchant.in_(reachable)),
        OnboardingStep.PAYMENT_MADE: _merchants(Payment, Payment.merchant.in_(ids), Payment.status == "succeeded"),
        OnboardingStep.CHALLENGE_TRIED: _merchants(Payment, Payment.merchant.in_(ids), Payment.challenged == True),  # noqa: E712
    }
    recurring = set(Offer.select(fn.DISTINCT(Offer.merchant)).where(Offer.merchant.in_(ids), _RECURS).scalars())
    live = {merchant.stripe_account_id for merchant in merchants if merchant.is_live and merchant.is_connected}
    lists = {}
    for merchant in merchants:
        done = {step for step, whose in reached.items() if merchant.id in whose}
        if merchant.is_connected:
            done.add(OnboardingStep.KEYS_SAVED)
        if merchant.pair_verified:
            done.add(OnboardingStep.PAIR_VERIFIED)
        # Accounts that a restricted key hides are all None: nobody knows whose live keys are in.
        if merchant.stripe_account_id and merchant.stripe_account_id in live:
            done.add(OnboardingStep.LIVE_KEYS)
        steps = tuple(step for step in OnboardingStep if not (merchant.is_live and step in IN_TEST_MODE))
        taken, recurs = frozenset(done & set(steps)), merchant.id in recurring
        lists[merchant.id] = Checklist(merchant, taken, steps, slugs.get(merchant.id), recurs)
    return lists


def _published(merchant_ids: list[int]) -> dict[int, str]:
    """{merchant id: address of its oldest published offer}."""
    published = Offer.merchant.in_(merchant_ids) & (Offer.status == "published")
    oldest = Offer.select(fn.MIN(Offer.id)).where(published).group_by(Offer.merchant)
    rows = Offer.select(Offer.merchant, Offer.slug).where(Offer.id.in_(oldest)).tuples()
    return {merchant_id: slug for merchant_id, slug in rows.iterator()}  # noqa: C416


def _merchants(model: type[WebhookEvent] | type[Payment], *conditions: object) -> set[int]:
    return set(model.select(fn.DISTINCT(model.merchant)).where(*conditions).scalars())


@dataclass(frozen=True)
class SetupSteps:
    """The way of a new shop; each is read from the data, never ticked by hand."""

    connected: bool
    offered: bool
    shared: bool
    paid: bool

    @property
    def all_done(self) -> bool:
        """Whether there is nothing left to be shown the way to."""
        return self.connected and self.offered and self.shared and self.paid


def setup_steps() -> SetupSteps:
    """How far the shop has come."""
    connected = Merchant.disconnected_at.is_null()
    published = (
        Offer.select(Offer, Merchant).join(Merchant).where(Offer.status == "published", connected).order_by(Offer.id)
    )
    return SetupSteps(
        connected=Merchant.select().where(connected).exists(),
        offered=Offer.select().exists(),
        shared=any(offer.obstacle() is None for offer in published),
        paid=Order.select().where(Order.status.in_(SETTLED_STATUSES)).exists(),
    )
