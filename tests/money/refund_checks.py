"""Compare refunds and disputes in the shop with those at the simulator; each check returns the differences as text."""

from collections.abc import Iterator
from typing import Any

from storefront.models import Dispute, Email, Refund

# What a status of a dispute means for the owner: docs.stripe.com/api/disputes/object#dispute_object-status
STAGES = {
    **dict.fromkeys(("warning_needs_response", "warning_under_review"), "inquiry"),
    **dict.fromkeys(("needs_response", "under_review"), "chargeback"),
    "warning_closed": "inquiry_closed",
    "won": "won",
    "lost": "lost",
    "prevented": "prevented",
}
# {ID: object at Stripe}
Objects = dict[str, dict[str, Any]]


def refunds_known(refunds: Objects) -> list[str]:
    """Every refund at Stripe has a row with its status and amount."""
    rows = {row.refund_id: (row.status, row.amount) for row in Refund.select()}
    return list(_differences("refund", rows, refunds))


def when_idle(refunds: Objects, disputes: Objects) -> list[str]:
    """Differences that are wrong when all events are delivered and handled."""
    rows = {row.dispute_id: (row.status, row.amount) for row in Dispute.select()}
    return [*refunds_known(refunds), *_differences("dispute", rows, disputes), *_untold_stages(disputes)]


def _untold_stages(disputes: Objects) -> Iterator[str]:
    """The owner was told of the present stage of each dispute."""
    told = {email.about for email in Email.select().where(Email.about.startswith("dispute-"))}
    for id_, theirs in disputes.items():
        if f"dispute-{id_}-{STAGES[theirs['status']]}" not in told:
            yield f"the owner was not told that dispute {id_} is {theirs['status']}"


def _differences(kind: str, rows: dict[str, tuple[str, int]], objects: Objects) -> Iterator[str]:
    for id_, theirs in objects.items():
        if rows.get(id_) != (theirs["status"], theirs["amount"]):
            yield f"{kind} {id_} is {rows.get(id_)} in the shop, {theirs['status']} {theirs['amount']} at Stripe"
