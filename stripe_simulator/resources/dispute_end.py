"""How a dispute ends: won, lost, given up, or lost because nobody answered in time."""

from stripe_simulator import events
from stripe_simulator.call import Call
from stripe_simulator.errors import unexpected_state
from stripe_simulator.store import Json

UNANSWERED = ("needs_response", "warning_needs_response")
OPEN = (*UNANSWERED, "under_review", "warning_under_review")


def close(call: Call) -> Json:
    """The merchant gives up. Raises StripeError 400 when it is over already."""
    dispute = call.get("dispute", call.ids["id"])
    if dispute["status"] not in OPEN:
        raise unexpected_state(f"This dispute is already closed; it has a status of {dispute['status']}.")
    return end(call, dispute, won=False)


def win(call: Call, id_: str) -> bool:
    return decide(call, id_, OPEN, won=True)


def lose(call: Call, id_: str) -> bool:
    return decide(call, id_, OPEN, won=False)


def expire(call: Call, id_: str) -> bool:
    """The time to answer is over."""
    return decide(call, id_, UNANSWERED, won=False)


def decide(call: Call, id_: str, while_: tuple[str, ...], *, won: bool) -> bool:
    dispute = call.get("dispute", id_)
    if dispute["status"] not in while_:
        return False
    dispute["evidence_details"]["past_due"] = call.now > dispute["evidence_details"]["due_by"]
    end(call, dispute, won=won)
    return True


def end(call: Call, dispute: Json, *, won: bool) -> Json:
    """An inquiry just closes, for no money was taken; a won dispute brings the money back."""
    inquiry = dispute["status"].startswith("warning_")
    dispute.update(
        status="warning_closed" if inquiry else "won" if won else "lost", is_charge_refundable=inquiry or won
    )
    call.save(dispute)
    if won and not inquiry:
        events.emit(call, "charge.dispute.funds_reinstated", dispute)
    events.emit(call, "charge.dispute.closed", dispute)
    return dispute
