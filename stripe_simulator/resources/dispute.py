"""Disputes: a buyer takes a payment back through the bank (docs.stripe.com/api/disputes)."""

from stripe_simulator import events
from stripe_simulator.call import Call
from stripe_simulator.errors import invalid, unexpected_state
from stripe_simulator.ids import new_id
from stripe_simulator.resources import payment_method, refund
from stripe_simulator.resources.dispute_evidence import nothing
from stripe_simulator.resources.listing import matching, page
from stripe_simulator.store import Json

KIND = "dispute"
DAY = 24 * 60 * 60
DAYS_TO_ANSWER = 10
# The buyer's reasons and Visa's codes for them; the bank's word where Visa has none.
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


def open_for_card(call: Call, charge_id: str) -> bool:
    """What some test cards do later; False when there is nothing left to dispute."""
    charge = call.get("charge", charge_id)
    does = payment_method.does(call, call.get("payment_method", charge["payment_method"]))
    if charge["disputed"] or charge["refunded"]:
        return False
    open_(call, charge, does.disputed, inquiry=does.inquiry)
    return True


def open_at_will(call: Call) -> Json:
    """A dispute of `payment_intent` for a `reason` (default: fraudulent); `inquiry` if the bank only asks.

    Raises StripeError 400.
    """
    reason = call.params.get("reason", "fraudulent")
    if reason not in REASONS:
        raise invalid(f"reason must be one of {', '.join(REASONS)}", param="reason")
    charge = refund.charge_of_payment(call, str(call.params.get("payment_intent")))
    if charge["disputed"]:
        raise unexpected_state(f"Charge {charge['id']} is disputed already.")
    if not charge["captured"] or charge["refunded"]:
        raise unexpected_state(f"Charge {charge['id']} has nothing left to dispute.")
    return open_(call, charge, reason, inquiry=bool(call.params.get("inquiry")))


def open_(call: Call, charge: Json, reason: str, *, inquiry: bool) -> Json:
    """The bank takes what is left of the charge away, or first only asks about it."""
    charge["disputed"] = True
    call.save(charge)
    dispute = call.save(blank(call, charge, reason, inquiry=inquiry))
    call.plan("dispute_expires", dispute["id"], deadline=dispute["evidence_details"]["due_by"] + 1)
    events.emit(call, "charge.dispute.created", dispute)
    if not inquiry:
        events.emit(call, "charge.dispute.funds_withdrawn", dispute)
    return dispute


def blank(call: Call, charge: Json, reason: str, *, inquiry: bool) -> Json:
    brand = charge["payment_method_details"]["card"]["brand"]
    return {
        "id": new_id("du", call.realm.account.id),
        "object": KIND,
        "amount": charge["amount_captured"] - charge["amount_refunded"],
        "balance_transactions": [],
        "charge": charge["id"],
        "created": call.now,
        "currency": charge["currency"],
        "enhanced_eligibility_types": [],
        "evidence": nothing(),
        "evidence_details": {
            # The last second of a day.
            "due_by": (call.now // DAY + DAYS_TO_ANSWER) * DAY - 1,
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


def listed(call: Call) -> Json:
    found = matching(call.store.all(call.realm, KIND), call, "charge", "payment_intent")
    return page(call, found, "/v1/disputes")
