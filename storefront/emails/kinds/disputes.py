"""Emails to the shop's owner about disputes: one for each stage. Every admin gets them."""

from collections.abc import Callable

from storefront.emails.kinds.kind import Kind, owner_kind
from storefront.i18n import N_
from storefront.models import Dispute, DisputeStage, Email, EmailKind

STAGES: dict[DisputeStage, EmailKind] = {
    DisputeStage.INQUIRY: EmailKind.OWNER_DISPUTE_INQUIRY,
    DisputeStage.INQUIRY_CLOSED: EmailKind.OWNER_DISPUTE_INQUIRY_CLOSED,
    DisputeStage.CHARGEBACK: EmailKind.OWNER_DISPUTE,
    DisputeStage.WON: EmailKind.OWNER_DISPUTE_WON,
    DisputeStage.LOST: EmailKind.OWNER_DISPUTE_LOST,
    DisputeStage.PREVENTED: EmailKind.OWNER_DISPUTE_PREVENTED,
}


def dispute_of(email: Email) -> Dispute | None:
    """The dispute that an email is about, as it is now. None for emails that version 0.1.0 has written."""
    dispute_id = email.detail.get("dispute")
    found: Dispute | None = Dispute.get_or_none(Dispute.dispute_id == dispute_id) if dispute_id else None
    return found


def _is_in(stage: DisputeStage) -> Callable[[Email], bool]:
    """The dispute is still in this stage. A later stage has its own email."""

    def still_applies(email: Email) -> bool:
        dispute = dispute_of(email)
        return dispute is None or dispute.stage == stage

    return still_applies


def _kind(stage: DisputeStage, subject: str, body: str, *, heading: str, facts: tuple[str, ...]) -> Kind:
    return owner_kind(subject, body, "admin_order", _is_in(stage), heading=heading, facts=facts)


KINDS: dict[str, Kind] = {
    EmailKind.OWNER_DISPUTE_INQUIRY: _kind(
        DisputeStage.INQUIRY,
        N_("Bank inquiry: order #{number}"),
        N_(
            "{name}’s bank asks about **{amount}** of the payment for **{title}**. No money has been taken "
            "yet.\n\nRespond in Stripe before **{due}** or refund the payment. Otherwise the inquiry can become a "
            "chargeback. You can download all evidence from the order’s page."
        ),
        heading=N_("Bank inquiry about a payment"),
        facts=("order", "item", "customer", "customer_email", "answer_by", "amount"),
    ),
    EmailKind.OWNER_DISPUTE_INQUIRY_CLOSED: _kind(
        DisputeStage.INQUIRY_CLOSED,
        N_("Bank inquiry closed: order #{number}"),
        N_(
            "{name}’s bank closed its inquiry about **{amount}** of the payment for **{title}**. No money "
            "was taken, and you don’t need to do anything."
        ),
        heading=N_("The bank’s inquiry is closed"),
        facts=("order", "item", "customer", "customer_email", "amount"),
    ),
    EmailKind.OWNER_DISPUTE: _kind(
        DisputeStage.CHARGEBACK,
        N_("Payment disputed: order #{number}"),
        N_(
            "{name}’s bank disputes **{amount}** of the payment for **{title}**. The money was taken from "
            "your Stripe balance.\n\n"
            "Submit your evidence in Stripe before **{due}**. If the bank has asked about this payment before, "
            "this date replaces the earlier one. You can download all evidence from the order’s page."
        ),
        heading=N_("A payment is disputed"),
        facts=("order", "item", "customer", "customer_email", "answer_by", "amount"),
    ),
    EmailKind.OWNER_DISPUTE_WON: _kind(
        DisputeStage.WON,
        N_("Dispute won: order #{number}"),
        N_(
            "{name}’s bank decided the dispute about **{title}** in your favor. **{amount}** is back in "
            "your Stripe balance."
        ),
        heading=N_("Dispute won"),
        facts=("order", "item", "customer", "customer_email", "amount"),
    ),
    EmailKind.OWNER_DISPUTE_LOST: _kind(
        DisputeStage.LOST,
        N_("Dispute lost: order #{number}"),
        N_(
            "{name}’s bank decided the dispute about **{title}** in the customer’s favor. **{amount}** "
            "stays with the customer, and no more evidence can be submitted."
        ),
        heading=N_("Dispute lost"),
        facts=("order", "item", "customer", "customer_email", "amount"),
    ),
    EmailKind.OWNER_DISPUTE_PREVENTED: _kind(
        DisputeStage.PREVENTED,
        N_("Dispute prevented: order #{number}"),
        N_(
            "The dispute over **{amount}** for **{title}** by {name} was settled before it became a chargeback. "
            "You don’t need to submit evidence. In Stripe you can see whether the payment was refunded."
        ),
        heading=N_("Dispute prevented"),
        facts=("order", "item", "customer", "customer_email", "amount"),
    ),
}
