"""Stages of a dispute that the bank decides: an inquiry becomes a chargeback, a review begins, a decision is made."""

from stripe_simulator.api.call import Call
from stripe_simulator.errors import invalid, unexpected_state
from stripe_simulator.resources.balance import balance_transaction
from stripe_simulator.resources.payments import dispute as disputes
from stripe_simulator.resources.payments import dispute_resolution
from stripe_simulator.resources.payments.dispute_evidence import REVIEW_STATUSES
from stripe_simulator.store import Json
from stripe_simulator.webhooks import events

STAGES = ("chargeback", "under_review", "won", "lost", "closed", "prevented")
# A chargeback has a deadline of its own (docs.stripe.com/disputes/how-disputes-work).
DAYS_TO_ANSWER_A_CHARGEBACK = 14


def set_stage(call: Call) -> Json:
    """Move the latest dispute of `payment_intent` to `stage`, one of STAGES.

    `chargeback` is for inquiries only: the same dispute becomes a chargeback, and the money is withdrawn. It can have
    another `amount` (minor units) and `currency`, and `days` to answer. `closed` ends an inquiry without a chargeback.

    Raises StripeError 400 if the dispute is not in a stage before that one.
    """
    payment_intent, stage = call.params.get("payment_intent"), call.params.get("stage")
    if stage not in STAGES:
        raise invalid(f"stage must be one of {', '.join(STAGES)}", param="stage")
    found = call.store.where(call.realm, disputes.KIND, "payment_intent", payment_intent)
    if not found:
        raise invalid(f"{payment_intent} is not disputed.", param="payment_intent")
    dispute: Json = found[0]
    inquiry = dispute["status"].startswith("warning_")
    if dispute["status"] not in dispute_resolution.OPEN or (stage in ("chargeback", "closed") and not inquiry):
        raise unexpected_state(f"This dispute has a status of {dispute['status']}.")
    if stage == "chargeback":
        return escalate(call, dispute)
    if stage == "under_review":
        return update(call, dispute, status=REVIEW_STATUSES.get(dispute["status"], dispute["status"]))
    if stage == "prevented":
        balance_transaction.of_won_dispute(call, dispute)
        update(call, dispute, status="prevented", is_charge_refundable=True)
        events.emit(call, "charge.dispute.closed", dispute)
        return dispute
    return dispute_resolution.resolve(call, dispute, won=stage == "won")


def escalate(call: Call, inquiry: Json) -> Json:
    """Turn the inquiry into a chargeback with a new deadline, and withdraw the money."""
    days = int(call.params.get("days", DAYS_TO_ANSWER_A_CHARGEBACK))
    details = inquiry["evidence_details"] | {"due_by": disputes.due_by(call, days), "past_due": False}
    card = inquiry["payment_method_details"]["card"] | {"case_type": "chargeback"}
    given = {name: call.params[name] for name in ("amount", "currency") if name in call.params}
    update(
        call,
        inquiry,
        status="needs_response",
        is_charge_refundable=False,
        evidence_details=details,
        payment_method_details=inquiry["payment_method_details"] | {"card": card},
        **given,
    )
    balance_transaction.of_dispute(call, inquiry)
    disputes.schedule_expiry(call, inquiry)
    events.emit(call, "charge.dispute.funds_withdrawn", inquiry)
    return inquiry


def update(call: Call, dispute: Json, **changes: object) -> Json:
    """Change the dispute and send `charge.dispute.updated`."""
    before = dict(dispute)
    dispute.update(changes)
    events.emit(call, "charge.dispute.updated", call.save(dispute), events.previous_attributes(before, dispute))
    return dispute
