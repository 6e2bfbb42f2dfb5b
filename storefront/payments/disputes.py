"""Disputes: made by buyers' banks, decided at Stripe, followed here."""

from storefront import stripe_gateway
from storefront.db import db
from storefront.emails import outbox as letters
from storefront.models import Dispute, Payment
from storefront.models.dispute import HARMLESS
from storefront.payments import refund_balance as standing
from storefront.stripe_gateway import DisputeSnapshot


def sync(payment: Payment) -> None:
    """Take over every dispute that Stripe has for this payment. Raises StripeError."""
    for snapshot in stripe_gateway.list_disputes(payment):
        settle(payment, snapshot)


def settle(payment: Payment, snapshot: DisputeSnapshot) -> None:
    """Make our row and the order's status say what Stripe says of this dispute. Repeating it changes nothing more."""
    order = payment.order
    with db.atomic():
        Dispute.insert(
            order=order,
            payment=payment,
            dispute_id=snapshot.id,
            amount=snapshot.amount,
            currency=snapshot.currency,
            status="",
            reason=snapshot.reason,
            created_at=snapshot.created,
        ).on_conflict_ignore().execute()
        changed = (
            Dispute.update(status=snapshot.status, reason=snapshot.reason, evidence_due_at=snapshot.evidence_due_at)
            .where(Dispute.dispute_id == snapshot.id, Dispute.status != snapshot.status)
            .execute()
        )
        if not changed:
            return
        order.note("dispute", status=snapshot.status, reason=snapshot.reason, amount=snapshot.amount)
        if snapshot.status not in HARMLESS:
            due = f"{snapshot.evidence_due_at:%Y-%m-%d %H:%M} UTC" if snapshot.evidence_due_at else "—"
            letters.write("owner_dispute", order, f"dispute-{snapshot.id}", due=due)
        standing.follow(order)
