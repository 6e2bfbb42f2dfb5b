"""Every kind and status of our own has its text: a new one without it would be shown as a bare code."""

from enum import StrEnum
from typing import Any

import pytest

from storefront.emails import KINDS
from storefront.models import (
    EmailKind,
    EmailState,
    InvoiceNeed,
    InvoiceStatus,
    OrderStatus,
    SubscriptionStatus,
    TimelineKind,
)
from storefront.web.admin.labels import emails, orders, subscription_help, subscription_timeline, subscriptions
from storefront.web.support.order_status import ORDER_STATUSES


@pytest.mark.parametrize(
    ("kinds", "labels"),
    [
        (TimelineKind, {**orders.TIMELINE, **subscription_timeline.SENTENCES}),
        (EmailKind, KINDS),
        (EmailKind, emails.KINDS),
        (EmailKind, emails.WHEN),
        (EmailState, emails.STATES),
        (EmailState, emails.STATE_EXPLAINED),
        (OrderStatus, ORDER_STATUSES),
        (InvoiceNeed, subscriptions.NEEDS),
        (InvoiceNeed, subscriptions.NEEDS_EXPLAINED),
    ],
)
def test_every_kind_has_its_text_and_every_text_its_kind(kinds: type[StrEnum], labels: dict[str, Any]) -> None:
    assert set(labels) == set(kinds)


@pytest.mark.parametrize(
    ("statuses", "labels"),
    [
        (SubscriptionStatus, subscriptions.STATUSES),
        (SubscriptionStatus, subscription_timeline.STATUSES),
        (SubscriptionStatus, subscription_help.MEANINGS),
        (InvoiceStatus, subscriptions.INVOICE_STATUSES),
    ],
)
def test_every_status_of_stripe_has_its_text(statuses: type[StrEnum], labels: dict[str, Any]) -> None:
    assert set(labels) - {""} == set(statuses)
