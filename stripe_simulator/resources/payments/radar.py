"""Radar: early fraud warnings of card networks, and reviews (docs.stripe.com/api/radar)."""

from stripe_simulator.api.call import Call
from stripe_simulator.ids import new_id
from stripe_simulator.resources.payments import refund
from stripe_simulator.store import Json
from stripe_simulator.webhooks import events


def warn(call: Call) -> Json:
    """The network warns that the payment of `payment_intent` may be fraud. Raises StripeError 400 without a charge."""
    charge = refund.charge_of_payment_intent(call, str(call.params.get("payment_intent")))
    warning = call.save(
        {
            "id": new_id("issfr", call.realm.account.id),
            "object": "radar.early_fraud_warning",
            "actionable": not charge["refunded"] and not charge["disputed"],
            "charge": charge["id"],
            "created": call.now,
            "fraud_type": call.params.get("fraud_type", "made_with_stolen_card"),
            "livemode": call.realm.livemode,
            "payment_intent": charge["payment_intent"],
        }
    )
    events.emit(call, "radar.early_fraud_warning.created", warning)
    return warning


def open_review(call: Call) -> Json:
    """A Radar rule holds the payment of `payment_intent` for a review. Raises StripeError 400 without a charge."""
    charge = refund.charge_of_payment_intent(call, str(call.params.get("payment_intent")))
    review = call.save(
        {
            "id": new_id("prv", call.realm.account.id),
            "object": "review",
            "billing_zip": None,
            "charge": charge["id"],
            "closed_reason": None,
            "created": call.now,
            "ip_address": None,
            "ip_address_location": None,
            "livemode": call.realm.livemode,
            "open": True,
            "opened_reason": "rule",
            "payment_intent": charge["payment_intent"],
            "reason": "rule",
            "session": None,
        }
    )
    events.emit(call, "review.opened", review)
    return review
