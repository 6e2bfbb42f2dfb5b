"""Disputes: opened by customers' banks, decided at Stripe, stored here."""

from storefront import emails, stripe_gateway
from storefront.db import db
from storefront.isolation import Run
from storefront.models import DECIDED_DISPUTE_STATUSES, DISPUTES_WITHOUT_LOSS, Dispute, EmailKind, Payment, TimelineKind
from storefront.payments import refund_balance
from storefront.stripe_gateway import DisputeSnapshot


def sync_disputes(payment: Payment) -> None:
    """Store every dispute that Stripe has for this payment. Raises StripeError."""
    snapshots, run = stripe_gateway.list_disputes(payment), Run()
    run.each(
        lambda: snapshots,
        lambda snapshot: _settle_dispute(payment, snapshot),
        name=lambda snapshot: f"dispute {snapshot.id}",
    )
    run.raise_first_error()


def _settle_dispute(payment: Payment, snapshot: DisputeSnapshot) -> None:
    """Update the dispute and the order's status to what Stripe reports. Repeating it changes nothing."""
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
        dispute = Dispute.get(Dispute.dispute_id == snapshot.id)
        if not dispute.accept_answer(snapshot.request_number):
            return
        changed = (
            Dispute.update(status=snapshot.status, reason=snapshot.reason, evidence_due_at=snapshot.evidence_due_at)
            .where(Dispute.id == dispute.id, Dispute.status != snapshot.status)
            .execute()
        )
        if not changed:
            return
        if snapshot.status not in DECIDED_DISPUTE_STATUSES:
            payment.plan_refunds_check()
        order.note(TimelineKind.DISPUTE, status=snapshot.status, reason=snapshot.reason, amount=snapshot.amount)
        if snapshot.status not in DISPUTES_WITHOUT_LOSS:
            due = f"{snapshot.evidence_due_at:%Y-%m-%d %H:%M} UTC" if snapshot.evidence_due_at else "—"
            emails.write(EmailKind.OWNER_DISPUTE, order, f"dispute-{snapshot.id}", due=due)
        refund_balance.update_order_status(order)
