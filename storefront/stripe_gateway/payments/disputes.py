"""Disputes of a payment."""

from dataclasses import dataclass
from datetime import UTC, datetime

from storefront.models import Payment
from storefront.stripe_gateway.client import client_of, stripe_call


@dataclass(frozen=True)
class DisputeSnapshot:
    """A dispute as Stripe has it now. Amount in minor units; `evidence_due_at` None when nothing is asked."""

    id: str
    status: str
    amount: int
    currency: str
    reason: str
    evidence_due_at: datetime | None
    created: datetime


def list_disputes(payment: Payment) -> list[DisputeSnapshot]:
    """Every dispute of the payment. Raises StripeError."""
    with stripe_call():
        client = client_of(payment.merchant)
        page = client.v1.disputes.list({"payment_intent": payment.intent_id or "", "limit": 100})
        return [
            DisputeSnapshot(
                id=dispute.id,
                status=dispute.status,
                amount=dispute.amount,
                currency=dispute.currency.upper(),
                reason=dispute.reason,
                evidence_due_at=(
                    datetime.fromtimestamp(dispute.evidence_details.due_by, UTC)
                    if dispute.evidence_details and dispute.evidence_details.due_by
                    else None
                ),
                created=datetime.fromtimestamp(dispute.created, UTC),
            )
            for dispute in page.auto_paging_iter()
        ]
