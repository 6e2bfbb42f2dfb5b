"""Disputes: a buyer reclaims a payment through the bank (docs.stripe.com/api/disputes)."""

from typing import Any

from stripe_simulator.api.call import Call
from stripe_simulator.errors import invalid, unexpected_state
from stripe_simulator.ids import new_id
from stripe_simulator.resources.balance import balance_transaction
from stripe_simulator.resources.pagination import paginate_stored
from stripe_simulator.resources.payments import payment_method, refund
from stripe_simulator.resources.payments.dispute_evidence import empty_evidence
from stripe_simulator.store import Json
from stripe_simulator.webhooks import events

KIND = "dispute"
DAY = 24 * 60 * 60
DAYS_TO_ANSWER = 10
# Dispute reasons and Visa's codes for them. Reasons that Visa does not know use its most general code.
REASONS = {
    "credit_not_processed": "13.7",
    "duplicate": "12.6",
    "fraudulent": "10.4",
    "general": "13.1",
    "product_not_received": "13.1",
    "product_unacceptable": "13.3",
    "subscription_canceled": "13.2",
    "unrecognized": "10.4",
}


def open_for_test_card(call: Call, charge_id: str) -> bool:
    """Open the dispute of a test card after its delay; False if nothing is left to dispute."""
    charge = call.get("charge", charge_id)
    behavior = payment_method.behavior_of(call, call.get("payment_method", charge["payment_method"]))
    if charge["disputed"] or charge["refunded"]:
        return False
    open_dispute(call, charge, behavior.dispute_reason, inquiry=behavior.inquiry)
    return True


def open_on_request(call: Call) -> Json:
    """Open a dispute of `payment_intent` with a `reason` (default: fraudulent); `inquiry` if the bank only asks.

    `amount` (minor units) and `currency` differ from the charge's where only a part is disputed, or the bank converts.
    Raises StripeError 400.
    """
    reason = call.params.get("reason", "fraudulent")
    if reason not in REASONS:
        raise invalid(f"reason must be one of {', '.join(REASONS)}", param="reason")
    charge = refund.charge_of_payment_intent(call, str(call.params.get("payment_intent")))
    if charge["disputed"]:
        raise unexpected_state(f"Charge {charge['id']} is disputed already.")
    if not charge["captured"] or charge["refunded"]:
        raise unexpected_state(f"Charge {charge['id']} has nothing left to dispute.")
    given = {name: call.params[name] for name in ("amount", "currency") if name in call.params}
    return open_dispute(call, charge, reason, inquiry=bool(call.params.get("inquiry")), **given)


def open_dispute(call: Call, charge: Json, reason: str, *, inquiry: bool, **given: Any) -> Json:
    """Withdraw the rest of the charge, or only open an inquiry. `given` replaces fields of the dispute."""
    charge["disputed"] = True
    call.save(charge)
    dispute = call.save(build(call, charge, reason, inquiry=inquiry) | given)
    if not inquiry:
        balance_transaction.of_dispute(call, dispute)
    schedule_expiry(call, dispute)
    events.emit(call, "charge.dispute.created", dispute)
    if not inquiry:
        events.emit(call, "charge.dispute.funds_withdrawn", dispute)
    return dispute


def schedule_expiry(call: Call, dispute: Json) -> None:
    call.schedule("dispute_expires", dispute["id"], deadline=dispute["evidence_details"]["due_by"] + 1)


def due_by(call: Call, days: int) -> int:
    """Return the last second of the day before the one that comes in `days` days."""
    return int((call.now // DAY + days) * DAY - 1)


def build(call: Call, charge: Json, reason: str, *, inquiry: bool) -> Json:
    # Of a payment with Link, the simulated bank's card.
    brand = charge["payment_method_details"].get("card", {"brand": "visa"})["brand"]
    return {
        "id": new_id("du", call.realm.account.id),
        "object": KIND,
        "amount": charge["amount_captured"] - charge["amount_refunded"],
        "balance_transactions": [],
        "charge": charge["id"],
        "created": call.now,
        "currency": charge["currency"],
        "enhanced_eligibility_types": [],
        "evidence": empty_evidence(),
        "evidence_details": {
            "due_by": due_by(call, DAYS_TO_ANSWER),
            "enhanced_eligibility": {},
            "has_evidence": False,
            "past_due": False,
            "submission_count": 0,
            "submission_method": "not_submitted",
        },
        "is_charge_refundable": inquiry,
        "livemode": call.realm.livemode,
        "metadata": {},
        "payment_intent": charge["payment_intent"],
        "payment_method_details": {
            "card": {
                "brand": brand,
                "case_type": "inquiry" if inquiry else "chargeback",
                "network": brand,
                "network_reason_code": REASONS[reason] if brand == "visa" else None,
            },
            "type": "card",
        },
        "reason": reason,
        "status": "warning_needs_response" if inquiry else "needs_response",
    }


def retrieve(call: Call) -> Json:
    return call.get(KIND, call.ids["id"])


def list_all(call: Call) -> Json:
    return paginate_stored(call, KIND, "/v1/disputes", "charge", "payment_intent")
