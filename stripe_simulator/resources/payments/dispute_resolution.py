"""Closes disputes: won, lost, accepted, or lost after the deadline."""

from stripe_simulator.api.call import Call
from stripe_simulator.errors import unexpected_state
from stripe_simulator.resources.balance import balance_transaction
from stripe_simulator.store import Json
from stripe_simulator.webhooks import events

UNANSWERED = ("needs_response", "warning_needs_response")
OPEN = (*UNANSWERED, "under_review", "warning_under_review")


def close(call: Call) -> Json:
    """Accept the dispute as lost. Raises StripeError 400 when it is already closed."""
    dispute = call.get("dispute", call.ids["id"])
    if dispute["status"] not in OPEN:
        raise unexpected_state(f"This dispute is already closed; it has a status of {dispute['status']}.")
    return resolve(call, dispute, won=False)


def win(call: Call, id_: str) -> bool:
    return resolve_if_open(call, id_, OPEN, won=True)


def lose(call: Call, id_: str) -> bool:
    return resolve_if_open(call, id_, OPEN, won=False)


def expire(call: Call, id_: str) -> bool:
    """Lose the dispute when the deadline for evidence has passed. A chargeback has a later one than its inquiry had."""
    if call.now <= call.get("dispute", id_)["evidence_details"]["due_by"]:
        return False
    return resolve_if_open(call, id_, UNANSWERED, won=False)


def resolve_if_open(call: Call, id_: str, statuses: tuple[str, ...], *, won: bool) -> bool:
    dispute = call.get("dispute", id_)
    if dispute["status"] not in statuses:
        return False
    dispute["evidence_details"]["past_due"] = call.now > dispute["evidence_details"]["due_by"]
    resolve(call, dispute, won=won)
    return True


def resolve(call: Call, dispute: Json, *, won: bool) -> Json:
    """Close the dispute. An inquiry took no money; a won dispute returns the money."""
    inquiry = dispute["status"].startswith("warning_")
    dispute.update(
        status="warning_closed" if inquiry else "won" if won else "lost", is_charge_refundable=inquiry or won
    )
    call.save(dispute)
    if won and not inquiry:
        balance_transaction.of_won_dispute(call, dispute)
        events.emit(call, "charge.dispute.funds_reinstated", dispute)
    events.emit(call, "charge.dispute.closed", dispute)
    return dispute
