"""Disputes of a payment: list."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

import stripe

from storefront.models import Merchant, Payment
from storefront.stripe_gateway.answers import id_of, time_of
from storefront.stripe_gateway.client import client_of, numbered_call, stripe_call


@dataclass(frozen=True)
class DisputeSnapshot:
    """A dispute as Stripe has it now. `amount` is in minor units.

    `evidence_due_at` is None if the bank takes no evidence.
    """

    id: str
    status: str
    amount: int
    currency: str
    reason: str
    evidence_due_at: datetime | None
    created: datetime
    request_number: int = field(compare=False)


def list_disputes(payment: Payment) -> list[DisputeSnapshot]:
    """List all disputes of the payment. Raises StripeError."""
    with numbered_call() as number:
        client = client_of(payment.merchant)
        page = client.v1.disputes.list({"payment_intent": payment.intent_id or "", "limit": 100})
        return [
            DisputeSnapshot(
                id=dispute.id,
                status=dispute.status,
                amount=dispute.amount,
                currency=dispute.currency.upper(),
                reason=dispute.reason,
                evidence_due_at=_due_at(dispute),
                created=time_of(dispute.created),
                request_number=number,
            )
            for dispute in page.auto_paging_iter()
        ]


def iterate_disputed_intents(merchant: Merchant, since: datetime) -> Iterator[str]:
    """The ids of the intents whose disputes were created since a time. Raises StripeError."""
    with stripe_call():
        page = client_of(merchant).v1.disputes.list({"created": {"gte": int(since.timestamp())}, "limit": 100})
        for dispute in page.auto_paging_iter():
            yield id_of(dispute.payment_intent)


def _due_at(dispute: stripe.Dispute) -> datetime | None:
    # Stripe's due_by is 0 if the bank allows no response: docs.stripe.com/api/disputes/object
    details = dispute.evidence_details
    return time_of(details.due_by) if details and details.due_by else None
