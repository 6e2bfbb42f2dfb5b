"""What becomes of a refund afterwards: the buyer's bank takes it, or sends it back."""

from stripe_simulator import events
from stripe_simulator.call import Call
from stripe_simulator.resources import refund as refunds
from stripe_simulator.store import Json


def succeed(call: Call, id_: str) -> bool:
    """A pending refund has arrived."""
    refund = call.get(refunds.KIND, id_)
    if refund["status"] != "pending":
        return False
    before = dict(refund)
    refund.update(status="succeeded", pending_reason=None, destination_details=arrived(refund))
    refunds.changed(call, before, refund)
    return True


def arrived(refund: Json) -> Json:
    return {"type": "card", "card": {**refund["destination_details"]["card"], "type": "refund"}}


def fail(call: Call, id_: str) -> bool:
    """The bank couldn't take it: the money is with the merchant again, and the charge refunded by that much less."""
    refund = call.get(refunds.KIND, id_)
    if refund["status"] not in ("pending", "succeeded"):
        return False
    before = dict(refund)
    refund.update(
        status="failed",
        failure_balance_transaction=None,
        failure_reason="expired_or_canceled_card",
        pending_reason=None,
    )
    charge = call.get("charge", refund["charge"])
    charge.update(amount_refunded=charge["amount_refunded"] - refund["amount"], refunded=False)
    call.save(charge)
    refunds.changed(call, before, refund)
    events.emit(call, "refund.failed", refund)
    return True
