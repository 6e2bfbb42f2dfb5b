"""Disputes: opened by customers' banks, decided at Stripe, stored here."""

from storefront import emails, integrations, stripe_gateway
from storefront.db import db
from storefront.isolation import Run
from storefront.models import DECIDED_DISPUTE_STATUSES, Dispute, DisputeStage, EventType, Payment, TimelineKind
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
        # The row is locked now. A chargeback has another deadline than its inquiry had, and can have another amount.
        before = Dispute.get_by_id(dispute.id)
        Dispute.update(
            status=snapshot.status,
            reason=snapshot.reason,
            amount=snapshot.amount,
            currency=snapshot.currency,
            evidence_due_at=snapshot.evidence_due_at,
        ).where(Dispute.id == dispute.id).execute()
        if before.status == snapshot.status:
            return
        if snapshot.status not in DECIDED_DISPUTE_STATUSES:
            payment.plan_refunds_check()
        order.note(
            TimelineKind.DISPUTE,
            status=snapshot.status,
            reason=snapshot.reason,
            amount=snapshot.amount,
            currency=snapshot.currency,
        )
        _tell_stage(Dispute.get_by_id(dispute.id), before.stage)
        refund_balance.update_order_status(order)


def _tell_stage(dispute: Dispute, stage_before: DisputeStage | None) -> None:
    """Tell the owner and other programs about a new stage, once. They read the dispute's other columns later."""
    if dispute.stage is not None and dispute.stage != stage_before:
        about = f"dispute-{dispute.dispute_id}-{dispute.stage}"
        emails.write(emails.DISPUTE_EMAILS[dispute.stage], dispute.order, about, dispute=dispute.dispute_id)
        about = f"dispute-{dispute.id}-{dispute.stage}"
        integrations.announce(EventType.ORDER_DISPUTED, dispute.order, about, dispute=dispute.id)
