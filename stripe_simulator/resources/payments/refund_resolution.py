"""Completes or fails refunds later, as the buyer's bank would."""

from stripe_simulator.api.call import Call
from stripe_simulator.resources.balance import balance_transaction
from stripe_simulator.resources.payments import refund as refunds
from stripe_simulator.store import Json
from stripe_simulator.webhooks import events


def succeed(call: Call, id_: str) -> bool:
    """Complete a pending refund."""
    refund = call.get(refunds.KIND, id_)
    if refund["status"] != "pending":
        return False
    before = dict(refund)
    refund.update(status="succeeded", pending_reason=None, destination_details=completed_destination(refund))
    refunds.save_and_emit(call, before, refund)
    return True


def completed_destination(refund: Json) -> Json:
    return {"type": "card", "card": {**refund["destination_details"]["card"], "type": "refund"}}


def fail(call: Call, id_: str) -> bool:
    """Fail a refund: the money returns to the merchant, and the charge's refunded amount is reduced."""
    refund = call.get(refunds.KIND, id_)
    if refund["status"] not in ("pending", "succeeded"):
        return False
    before = dict(refund)
    refund.update(
        status="failed",
        failure_balance_transaction=balance_transaction.of_failed_refund(call, refund)["id"],
        failure_reason="expired_or_canceled_card",
        pending_reason=None,
    )
    charge = call.get("charge", refund["charge"])
    charge.update(amount_refunded=charge["amount_refunded"] - refund["amount"], refunded=False)
    call.save(charge)
    refunds.save_and_emit(call, before, refund)
    events.emit(call, "refund.failed", refund)
    return True
