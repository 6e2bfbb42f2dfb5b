"""Refunds of a payment: create and list."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

import stripe
from stripe.params import RefundCreateParams

from storefront.models import AT_CREATION, Merchant, Payment, Refund
from storefront.stripe_gateway.answers import id_of, metadata_of, time_of
from storefront.stripe_gateway.client import client_of, numbered_call, stripe_call

# The reasons that Stripe accepts. Our other reasons are not sent.
REASONS = frozenset({"duplicate", "fraudulent", "requested_by_customer"})


@dataclass(frozen=True)
class RefundSnapshot:
    """A refund as Stripe has it now. Amount in minor units; `refund` is our row's public id from its metadata."""

    id: str
    status: str
    amount: int
    currency: str
    reason: str
    failure: str
    refund: str
    created: datetime
    intent_id: str
    request_number: int = field(compare=False)


def create_refund(refund: Refund) -> RefundSnapshot:
    """Create the refund. Sending the same row again makes no second refund. Raises StripeError."""
    terms: RefundCreateParams = {
        "payment_intent": refund.payment.intent_id or "",
        "amount": refund.amount,
        "metadata": {"refund": refund.public_id},
    }
    if refund.reason in REASONS:
        terms["reason"] = refund.reason
    with stripe_call():
        made = client_of(refund.payment.merchant).v1.refunds.create(terms, {"idempotency_key": refund.idempotency_key})
    return _snapshot(made, AT_CREATION)


def list_refunds(payment: Payment) -> list[RefundSnapshot]:
    """List all refunds of the payment, also those made outside the shop. Raises StripeError."""
    with numbered_call() as number:
        page = client_of(payment.merchant).v1.refunds.list({"payment_intent": payment.intent_id or "", "limit": 100})
        return [_snapshot(refund, number) for refund in page.auto_paging_iter()]


def iterate_refunds(merchant: Merchant, since: datetime) -> Iterator[RefundSnapshot]:
    """All refunds of the merchant that were created since a time. Raises StripeError."""
    with numbered_call() as number:
        page = client_of(merchant).v1.refunds.list({"created": {"gte": int(since.timestamp())}, "limit": 100})
        for refund in page.auto_paging_iter():
            yield _snapshot(refund, number)


def _snapshot(refund: stripe.Refund, request_number: int) -> RefundSnapshot:
    return RefundSnapshot(
        id=refund.id,
        # Null: Stripe does not say yet. "" would mean that it has no such refund.
        status=refund.status or "pending",
        amount=refund.amount,
        currency=refund.currency.upper(),
        reason=refund.reason or "",
        failure=str(getattr(refund, "failure_reason", None) or ""),
        refund=str(metadata_of(refund).get("refund", "")),
        created=time_of(refund.created),
        intent_id=id_of(refund.payment_intent),
        request_number=request_number,
    )
