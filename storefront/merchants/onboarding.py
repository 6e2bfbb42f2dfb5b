"""Onboarding: the steps to a merchant's first real payment. Read from the data."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, cast

from peewee import Case, fn

from storefront.models import (
    BillingKind,
    Merchant,
    Offer,
    OfferStatus,
    Payment,
    PaymentKind,
    WebhookEvent,
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

_IS_RECURRING = (Offer.kind != BillingKind.ONE_OFF) & (Offer.status != OfferStatus.ARCHIVED)


@dataclass(frozen=True)
class Checklist:
    """A merchant's steps, and which of them are done.

    `offers` is the number of its offers in any status, `open_payments` that of the payments that are still to be closed
    while it is being disconnected. `offer_slug` is the slug of its oldest published offer, None if it has none.
    `recurs` says whether it has recurring offers: then the owner must look at the Billing settings in the Stripe
    Dashboard, because no API can read them.
    """

    merchant: Merchant
    done: frozenset[OnboardingStep]
    steps: tuple[OnboardingStep, ...]
    offer_slug: str | None
    recurs: bool
    offers: int
    open_payments: int


def checklists(merchants: list[Merchant]) -> dict[int, Checklist]:
    """The checklist of each merchant, by merchant id. One query."""
    found = _found_by_merchant([merchant.id for merchant in merchants])
    lists = {}
    for merchant in merchants:
        slug, recurs, has_event, has_paid, was_challenged, has_live_keys, offers, open_payments = found[merchant.id]
        done_steps = {
            OnboardingStep.OFFER_USES_IT: slug is not None,
            # Without an endpoint, the worker fetches events: they are stored too, but were not received.
            OnboardingStep.WEBHOOK_RECEIVED: merchant.has_endpoint and has_event,
            OnboardingStep.PAYMENT_MADE: has_paid,
            OnboardingStep.CHALLENGE_TRIED: was_challenged,
        }
        done = {step for step, is_done in done_steps.items() if is_done}
        if merchant.is_connected:
            done.add(OnboardingStep.KEYS_SAVED)
        if merchant.pair_verified:
            done.add(OnboardingStep.PAIR_VERIFIED)
        if has_live_keys:
            done.add(OnboardingStep.LIVE_KEYS)
        steps = tuple(step for step in OnboardingStep if not (merchant.is_live and step in TEST_MODE_STEPS))
        lists[merchant.id] = Checklist(
            merchant, frozenset(done & set(steps)), steps, slug, bool(recurs), offers, open_payments or 0
        )
    return lists


def _found_by_merchant(ids: list[int]) -> dict[int, tuple[Any, ...]]:
    """{merchant id: what its checklist needs of other tables}, in one query.

    That is the slug of its oldest published offer, and whether it has recurring offers, events, succeeded payments,
    payments for which the bank asked for 3-D Secure, and live keys of the same account, as another merchant; then the
    number of its offers and, while it is being disconnected, of its open payments.
    """
    own_offers = Offer.merchant == Merchant.id
    oldest = Offer.select(Offer.slug).where(own_offers, Offer.status == OfferStatus.PUBLISHED).order_by(Offer.id)
    of_merchant = Payment.select(Payment.id).where(Payment.merchant == Merchant.id)
    # The account is NULL if a restricted key may not read it: then it is not known whether the live keys are here.
    live = Merchant.alias()
    with_live_keys = live.select(live.id).where(
        live.stripe_account_id == Merchant.stripe_account_id,
        live.stripe_account_id != "",
        live.mode == "live",
        live.disconnected_at.is_null(),
    )
    still_open = Payment.select(fn.COUNT(Payment.id)).where(Payment.merchant == Merchant.id, Payment.may_be_completed())
    rows = Merchant.select(
        Merchant.id,
        oldest.limit(1),
        fn.EXISTS(Offer.select(Offer.id).where(own_offers, _IS_RECURRING)),
        fn.EXISTS(WebhookEvent.select(WebhookEvent.id).where(WebhookEvent.merchant == Merchant.id)),
        fn.EXISTS(of_merchant.where(Payment.succeeded(), Payment.kind != PaymentKind.IMPORTED)),
        fn.EXISTS(of_merchant.where(Payment.challenged == True)),  # noqa: E712
        fn.EXISTS(with_live_keys),
        Offer.select(fn.COUNT(Offer.id)).where(own_offers),
        Case(None, ((Merchant.disconnecting_at.is_null(False), still_open),)),
    ).where(Merchant.id.in_(ids))
    return {row[0]: tuple(row[1:]) for row in cast(Iterable[Any], rows.tuples())}
