"""Every kind and status of our own has its text: a new one without it would be shown as a bare code."""

from enum import StrEnum
from typing import Any

import pytest

from storefront.emails import DISPUTE_EMAILS, KINDS
from storefront.merchants import OnboardingStep
from storefront.models import (
    CancellationTiming,
    DisputeStage,
    EmailKind,
    EmailState,
    InvoiceNeed,
    InvoiceStatus,
    OfferStatus,
    OrderStatus,
    PauseReason,
    SubscriptionStatus,
    TimelineKind,
)
from storefront.subscriptions import Resumption
from storefront.web.admin.labels import (
    billing_terms,
    email_timings,
    emails,
    invoices,
    merchants,
    offers,
    payments,
    subscription_explanations,
    subscription_timeline,
    subscriptions,
    timeline,
)
from storefront.web.admin.labels.subscription import pauses
from storefront.web.shop import pause_messages
from storefront.web.support.order_statuses import ORDER_STATUSES


@pytest.mark.parametrize(
    ("kinds", "labels"),
    [
        (TimelineKind, {**timeline.SENTENCES, **subscription_timeline.SENTENCES}),
        (EmailKind, KINDS),
        (EmailKind, emails.KINDS),
        (EmailKind, email_timings.TIMINGS),
        (EmailState, emails.STATES),
        (EmailState, emails.STATE_HELP),
        (DisputeStage, payments.DISPUTE_STAGES),
        (DisputeStage, DISPUTE_EMAILS),
        (OrderStatus, ORDER_STATUSES),
        (InvoiceNeed, invoices.NEEDS),
        (InvoiceNeed, invoices.NEEDS_HELP),
        (OfferStatus, offers.OFFER_STATUSES),
        (PauseReason, pauses.REASONS),
        (PauseReason, pauses.ADVICE),
        (PauseReason, pause_messages.MESSAGES),
        (Resumption, pauses.RESUMPTIONS),
        (CancellationTiming, billing_terms.CANCELLATIONS),
        (OnboardingStep, merchants.STEPS),
    ],
)
def test_every_kind_has_its_text_and_every_text_its_kind(kinds: type[StrEnum], labels: dict[str, Any]) -> None:
    assert set(labels) == set(kinds)


@pytest.mark.parametrize(
    ("statuses", "labels"),
    [
        (SubscriptionStatus, subscriptions.STATUSES),
        (SubscriptionStatus, subscription_timeline.STATUSES),
        (SubscriptionStatus, subscription_explanations.EXPLANATIONS),
        (InvoiceStatus, invoices.INVOICE_STATUSES),
    ],
)
def test_every_status_of_stripe_has_its_text(statuses: type[StrEnum], labels: dict[str, Any]) -> None:
    assert set(labels) - {""} == set(statuses)
