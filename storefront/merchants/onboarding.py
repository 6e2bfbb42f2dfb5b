"""Onboarding: the steps to a merchant's first real payment, and to a new shop's first order. Read from the data."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from peewee import fn

from storefront.models import (
    SETTLED_STATUSES,
    BillingKind,
    CounterKind,
    Counts,
    Merchant,
    Offer,
    OfferStatus,
    Payment,
    WebhookEvent,
    counts,
)


class OnboardingStep(StrEnum):
    """The steps of a merchant, in the recommended order."""

    KEYS_SAVED = "keys_saved"
    PAIR_VERIFIED = "pair_verified"
    OFFER_USES_IT = "offer_uses_it"
    WEBHOOK_RECEIVED = "webhook_received"
    PAYMENT_MADE = "payment_made"
    CHALLENGE_TRIED = "challenge_tried"
    LIVE_KEYS = "live_keys"


# Live merchants don't have these: they have live keys, and nobody tests 3-D Secure with real money.
TEST_MODE_STEPS = frozenset({OnboardingStep.CHALLENGE_TRIED, OnboardingStep.LIVE_KEYS})

# So many published offers are read first to find one that can be bought.
FIRST_OFFERS = 3

_IS_RECURRING = (Offer.kind != BillingKind.ONE_OFF) & (Offer.status != OfferStatus.ARCHIVED)


@dataclass(frozen=True)
class Checklist:
    """A merchant's steps, and which of them are done.

    `offer_slug` is the slug of its oldest published offer, None if it has none. `recurs` says whether it has recurring
    offers: then the owner must look at the Billing settings in the Stripe Dashboard, because no API can read them.
    """

    merchant: Merchant
    done: frozenset[OnboardingStep]
    steps: tuple[OnboardingStep, ...]
    offer_slug: str | None
    recurs: bool


def checklists(merchants: list[Merchant]) -> dict[int, Checklist]:
    """The checklist of each merchant, by merchant id. The number of queries is fixed.

    `merchants` must hold all connected ones: the live keys of a test account are those of another merchant.
    """
    ids = [merchant.id for merchant in merchants]
    with_endpoint = [merchant.id for merchant in merchants if merchant.has_endpoint]
    slugs = _slugs_of_published_offers(ids)
    done_by = {
        OnboardingStep.OFFER_USES_IT: set(slugs),
        # Without an endpoint, the worker fetches events: they are stored too, but were not received.
        OnboardingStep.WEBHOOK_RECEIVED: _merchants_with(WebhookEvent, with_endpoint),
        OnboardingStep.PAYMENT_MADE: _merchants_with(Payment, ids, Payment.succeeded()),
        OnboardingStep.CHALLENGE_TRIED: _merchants_with(Payment, ids, Payment.challenged == True),  # noqa: E712
    }
    recurring = set(Offer.select(fn.DISTINCT(Offer.merchant)).where(Offer.merchant.in_(ids), _IS_RECURRING).scalars())
    live_accounts = {merchant.stripe_account_id for merchant in merchants if merchant.is_live and merchant.is_connected}
    lists = {}
    for merchant in merchants:
        done = {step for step, merchant_ids in done_by.items() if merchant.id in merchant_ids}
        if merchant.is_connected:
            done.add(OnboardingStep.KEYS_SAVED)
        if merchant.pair_verified:
            done.add(OnboardingStep.PAIR_VERIFIED)
        # None if a restricted key may not read the account: then it is not known whether the live keys are here.
        if merchant.stripe_account_id and merchant.stripe_account_id in live_accounts:
            done.add(OnboardingStep.LIVE_KEYS)
        steps = tuple(step for step in OnboardingStep if not (merchant.is_live and step in TEST_MODE_STEPS))
        lists[merchant.id] = Checklist(
            merchant, frozenset(done & set(steps)), steps, slugs.get(merchant.id), merchant.id in recurring
        )
    return lists


def _slugs_of_published_offers(merchant_ids: list[int]) -> dict[int, str]:
    """The slug of each merchant's oldest published offer, by merchant id."""
    published = Offer.merchant.in_(merchant_ids) & (Offer.status == OfferStatus.PUBLISHED)
    oldest = Offer.select(fn.MIN(Offer.id)).where(published).group_by(Offer.merchant)
    rows = Offer.select(Offer.merchant, Offer.slug).where(Offer.id.in_(oldest)).tuples()
    return {merchant_id: slug for merchant_id, slug in rows.iterator()}  # noqa: C416


def _merchants_with(model: type[WebhookEvent] | type[Payment], ids: list[int], *conditions: Any) -> set[int]:
    """Those of the merchants that have a row of the model for which the conditions hold."""
    one = model.select(model.id).where(model.merchant == Merchant.id, *conditions)
    return set(Merchant.select(Merchant.id).where(Merchant.id.in_(ids), fn.EXISTS(one)).scalars())


@dataclass(frozen=True)
class SetupSteps:
    """The steps of a new shop: an account is connected, an offer exists, an offer can be bought, an order is paid."""

    connected: bool
    offered: bool
    shared: bool
    paid: bool

    @property
    def all_done(self) -> bool:
        """Whether the setup is complete."""
        return self.connected and self.offered and self.shared and self.paid


def setup_steps(counted: Counts | None = None) -> SetupSteps:
    """Which steps of the shop's setup are done. Few queries; one less if the counts of ORDERS are given."""
    counted = counts(CounterKind.ORDERS) if counted is None else counted
    is_shared = _can_sell()
    return SetupSteps(
        # An offer that can be bought has a connected merchant.
        connected=is_shared or Merchant.select().where(Merchant.disconnected_at.is_null()).exists(),
        offered=is_shared or Offer.select().exists(),
        shared=is_shared,
        paid=counted.number(CounterKind.ORDERS, *SETTLED_STATUSES) > 0,
    )


def _can_sell() -> bool:
    """Whether any offer can be bought. As a rule one of the first can."""
    published = Offer.select(Offer, Merchant).join(Merchant).order_by(Offer.listed, Offer.created_at)
    published = published.where(Offer.status == OfferStatus.PUBLISHED, Merchant.disconnected_at.is_null())
    return any(
        any(offer.obstacle() is None for offer in offers) for offers in (published.limit(FIRST_OFFERS), published)
    )
