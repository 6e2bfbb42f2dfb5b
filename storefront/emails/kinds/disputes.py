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


def _kind(stage: DisputeStage, subject: str, body: str) -> Kind:
    return owner_kind(subject=subject, body=body, link="admin_order", still_applies=_is_in(stage))


KINDS: dict[str, Kind] = {
    EmailKind.OWNER_DISPUTE_INQUIRY: _kind(
        DisputeStage.INQUIRY,
        N_("A bank asks about a payment: order no. {number}"),
        N_(
            "{name}’s bank asks about **{amount}** of the payment for *{title}*. No money has been taken "
            "yet. Answer at Stripe before **{due}**, or refund the payment: otherwise the inquiry can "
            "become a chargeback. The order’s page has everything collected in one file."
        ),
    ),
    EmailKind.OWNER_DISPUTE_INQUIRY_CLOSED: _kind(
        DisputeStage.INQUIRY_CLOSED,
        N_("A bank’s inquiry is closed: order no. {number}"),
        N_(
            "{name}’s bank has closed its inquiry about **{amount}** of the payment for *{title}*. No money was taken, "
            "and there is nothing more to do."
        ),
    ),
    EmailKind.OWNER_DISPUTE: _kind(
        DisputeStage.CHARGEBACK,
        N_("A payment is disputed: order no. {number}"),
        N_(
            "{name}’s bank disputes **{amount}** of the payment for *{title}*, and this money has been "
            "taken from your Stripe balance. Send your evidence at Stripe before **{due}**; if the bank has "
            "asked about this payment before, this date replaces the earlier one. The order’s page has "
            "everything collected in one file."
        ),
    ),
    EmailKind.OWNER_DISPUTE_WON: _kind(
        DisputeStage.WON,
        N_("Dispute won: order no. {number}"),
        N_(
            "{name}’s bank has decided the dispute about *{title}* in your favor: **{amount}** is back in your Stripe "
            "balance."
        ),
    ),
    EmailKind.OWNER_DISPUTE_LOST: _kind(
        DisputeStage.LOST,
        N_("Dispute lost: order no. {number}"),
        N_(
            "{name}’s bank has decided the dispute about *{title}* in the customer’s favor: **{amount}** "
            "stays with the customer. No more evidence can be sent."
        ),
    ),
    EmailKind.OWNER_DISPUTE_PREVENTED: _kind(
        DisputeStage.PREVENTED,
        N_("Dispute prevented: order no. {number}"),
        N_(
            "The dispute of **{amount}** about *{title}* by {name} was settled before it became a "
            "chargeback. No evidence is needed. Stripe shows whether the payment was refunded for it."
        ),
    ),
}
