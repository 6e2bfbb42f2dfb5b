"""Emails about withdrawals from a contract, and about cancellations that were stated without signing in."""

from collections.abc import Mapping
from gettext import NullTranslations
from typing import Any

from storefront.emails.kinds.kind import Kind, owner_kind
from storefront.i18n import N_, isolate
from storefront.models import Email, EmailKind

ORDER_KINDS: dict[str, Kind] = {
    EmailKind.WITHDRAWN: Kind(
        subject=N_("We received your withdrawal: {title}"),
        heading=N_("We received your withdrawal"),
        facts=("order", "received", "item", "total"),
        body=N_(
            "Hi {name},\n\nYou have withdrawn from the contract for *{title}*, order #{number}. We received your "
            "withdrawal on **{received}**. {reason}\n\nNothing more is charged for this order. The seller takes care "
            "of your refund. Keep this email as proof."
        ),
        button=N_("View order"),
    ),
    EmailKind.WITHDRAWAL_LINK: Kind(
        subject=N_("Withdraw from your contract: order #{number}"),
        heading=N_("Withdraw from your contract"),
        facts=("order", "item"),
        body=N_(
            "Hi,\n\nHere is the link you asked for. It opens the page where you can withdraw from the contract for "
            "*{title}*, order #{number}.\n\nIf you didn’t ask for it, ignore this email: nothing happens until you "
            "confirm on that page."
        ),
        button=N_("Withdraw from contract here"),
        link="withdraw",
    ),
}
SUBSCRIPTION_KINDS: dict[str, Kind] = {
    EmailKind.CONTRACT_CANCELED: Kind(
        subject=N_("We received your cancellation: {title}"),
        heading=N_("We received your cancellation"),
        facts=("order", "received", "subscription"),
        body=N_(
            "Hi {name},\n\nWe received the cancellation of *{title}*, order #{number}, on **{received}**. "
            "{reason}\n\nKeep this email as proof. If you didn’t cancel, you can keep the subscription on your page."
        ),
        button=N_("Manage subscription"),
        link="account",
    ),
}
OWNER_KINDS: dict[str, Kind] = {
    EmailKind.OWNER_WITHDRAWN: owner_kind(
        subject=N_("Withdrawal: order #{number}"),
        heading=N_("Withdrawal"),
        facts=("order", "received", "item", "customer", "customer_email", "refund_by", "total"),
        body=N_(
            "{name} has withdrawn from the contract for *{title}* (**{amount}**), order #{number}, on "
            "**{received}**. {reason}\n\nNothing is refunded automatically. In the EU, refund what was paid by "
            "**{due}** at the latest. A subscription or payment plan is canceled automatically."
        ),
        link="admin_order",
    ),
    EmailKind.OWNER_CONTRACT_CANCELED: owner_kind(
        subject=N_("Cancellation: order #{number}"),
        heading=N_("Cancellation"),
        facts=("order", "received", "customer", "customer_email", "subscription"),
        body=N_(
            "The contract with {name} about *{title}*, order #{number}, was canceled on the page for cancellations "
            "on **{received}**. {reason}"
        ),
        link="admin_subscription",
    ),
}
# What a stated cancellation leads to, by customers.StatedEnd.
_ENDS: Mapping[str, str] = {
    "period_end": N_("The contract ends on {due}. Nothing is charged after that."),
    "now": N_("The contract ends now, and nothing more is charged."),
    "seller": N_("This is a payment plan. The seller checks the cancellation and gets in touch."),
    "ended": N_("The contract had already ended or been canceled. Nothing more is charged."),
}
_OWNER_ENDS = {
    **_ENDS,
    "seller": N_("This is a payment plan: decide what happens, and tell the customer."),
}
_IMMEDIATE = N_("You requested an immediate end. The seller will decide and contact you.")
_OWNER_IMMEDIATE = N_("The customer asks for an immediate end: decide about that, and tell the customer.")
_REASON = N_("Reason given: “{words}”")
SAMPLE_REASONS: dict[str, str] = {
    EmailKind.WITHDRAWN: N_("Reason given: “It doesn’t fit.”"),
    EmailKind.OWNER_WITHDRAWN: N_("Reason given: “It doesn’t fit.”"),
    EmailKind.CONTRACT_CANCELED: N_("The contract ends on January 31, 2030. Nothing is charged after that."),
    EmailKind.OWNER_CONTRACT_CANCELED: N_("The contract ends on January 31, 2030. Nothing is charged after that."),
}
KINDS = {**ORDER_KINDS, **SUBSCRIPTION_KINDS, **OWNER_KINDS}


def reason(email: Email, catalog: NullTranslations, due: str) -> str:
    """The value of `{reason}`: what the statement leads to, and the customer's own words. `due` is formatted."""
    detail: dict[str, Any] = email.detail
    is_owner = KINDS[email.kind].for_owner
    ends = _OWNER_ENDS if is_owner else _ENDS
    end = ends.get(detail.get("end", ""), "")
    sentences = [catalog.gettext(end).format(due=due)] if end else []
    if detail.get("wanted") == "immediate":
        sentences.append(catalog.gettext(_OWNER_IMMEDIATE if is_owner else _IMMEDIATE))
    if detail.get("words"):
        sentences.append(catalog.gettext(_REASON).format(words=isolate(" ".join(detail["words"].split()))))
    return " ".join(sentences)
