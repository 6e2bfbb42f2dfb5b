"""Refunds of a charge, in full or in part (docs.stripe.com/api/refunds)."""

from stripe_simulator import currencies
from stripe_simulator.api.call import Call
from stripe_simulator.errors import invalid, unexpected_state
from stripe_simulator.ids import new_id
from stripe_simulator.resources.balance import balance_transaction
from stripe_simulator.resources.metadata import merge_metadata
from stripe_simulator.resources.pagination import paginate, paginate_stored
from stripe_simulator.resources.payments import intent, payment_method
from stripe_simulator.store import Json
from stripe_simulator.webhooks import events

KIND = "refund"
UNSUPPORTED = frozenset(
    ["currency", "customer", "instructions_email", "origin", "refund_application_fee", "reverse_transfer"]
)


def create(call: Call) -> Json:
    """Refund `amount` of a charge (minor units; default: the rest).

    Raises StripeError 400: `charge_already_refunded`, `charge_disputed`, an amount above the rest, or a charge that did
    not succeed.
    """
    intent.reject_unsupported(call, UNSUPPORTED)
    charge = requested_charge(call)
    check_refundable(call, charge)
    refund = build(call, charge, requested_amount(call, charge))
    refund["balance_transaction"] = balance_transaction.of_refund(call, refund)["id"]
    call.save(refund)
    charge["amount_refunded"] += refund["amount"]
    charge["refunded"] = charge["amount_refunded"] == charge["amount_captured"]
    call.save(charge)
    events.emit(call, "refund.created", refund)
    events.emit(call, "charge.refunded", charge)
    return refund


def requested_charge(call: Call) -> Json:
    """Return the charge that `charge` or `payment_intent` names. Raises StripeError 400 if it can't be refunded."""
    if call.param("charge"):
        charge = call.get("charge", call.params["charge"], param="charge")
        if call.param("payment_intent", charge["payment_intent"]) != charge["payment_intent"]:
            raise invalid("The charge does not belong to the payment intent.", param="charge")
        if charge["status"] != "succeeded":
            raise unexpected_state(f"This charge ({charge['id']}) has not succeeded; there is nothing to refund.")
    elif call.param("payment_intent"):
        charge = charge_of_payment_intent(call, call.params["payment_intent"])
    else:
        raise invalid("One of the following params should be provided for this request: payment_intent or charge.")
    if not charge["captured"]:
        raise unexpected_state(
            f"This charge ({charge['id']}) has not been captured; cancel its payment intent instead.",
            code="charge_not_refundable",
        )
    return charge


def charge_of_payment_intent(call: Call, id_: str) -> Json:
    payment = call.get("payment_intent", id_, param="payment_intent")
    charge = call.store.find(call.realm, "charge", payment["latest_charge"] or "")
    if charge is None or charge["status"] != "succeeded":
        raise unexpected_state(
            f"This PaymentIntent ({id_}) does not have a successful charge to refund.", param="payment_intent"
        )
    return charge


def check_refundable(call: Call, charge: Json) -> None:
    disputes = call.store.where(call.realm, "dispute", "charge", charge["id"])
    if not all(one["is_charge_refundable"] for one in disputes):
        raise unexpected_state(
            f"Charge {charge['id']} has been charged back; cannot issue a refund.", code="charge_disputed"
        )
    if charge["refunded"]:
        raise unexpected_state(f"Charge {charge['id']} has already been refunded.", code="charge_already_refunded")


def requested_amount(call: Call, charge: Json) -> int:
    """Return the requested amount in minor units, checked against the rest."""
    left: int = charge["amount_captured"] - charge["amount_refunded"]
    amount: int = call.params.get("amount", left)
    if amount < 1:
        raise invalid("Invalid positive integer", param="amount", code="parameter_invalid_integer")
    if amount > left:
        asked, rest = (currencies.format_amount(one, charge["currency"]).split()[0] for one in (amount, left))
        raise unexpected_state(
            f"Refund amount ({asked}) is greater than unrefunded amount on charge ({rest})", param="amount"
        )
    currencies.check_divisibility(amount, charge["currency"])
    return amount


def build(call: Call, charge: Json, amount: int) -> Json:
    """Build the refund. The card decides its first status and which action is scheduled."""
    id_ = new_id("re", call.realm.account.id)
    method = call.get("payment_method", charge["payment_method"])
    later = payment_method.behavior_of(call, method).refund
    if later:
        call.schedule(later, id_)
    pending = later == "refund_succeeds"
    return {
        "id": id_,
        "object": KIND,
        "amount": amount,
        "balance_transaction": None,
        "charge": charge["id"],
        "created": call.now,
        "currency": charge["currency"],
        "customer": charge["customer"],
        "customer_account": None,
        "destination_details": {
            "type": "card",
            "card": {
                "reference_status": "pending",
                "reference_type": "acquirer_reference_number",
                "type": "pending" if pending else "refund",
            },
        },
        "metadata": merge_metadata({}, call.params.get("metadata")),
        "payment_intent": charge["payment_intent"],
        "payment_method": charge["payment_method"],
        "pending_reason": "processing" if pending else None,
        "reason": call.param("reason"),
        "receipt_number": None,
        "source_transfer_reversal": None,
        "status": "pending" if pending else "succeeded",
        "transfer_reversal": None,
    }


def retrieve(call: Call) -> Json:
    return call.get(KIND, call.ids["id"])


def update(call: Call) -> Json:
    """Update the metadata; nothing else can be changed."""
    refund = retrieve(call)
    before = dict(refund)
    refund["metadata"] = merge_metadata(refund["metadata"], call.params.get("metadata"))
    save_and_emit(call, before, refund)
    return refund


def save_and_emit(call: Call, before: Json, refund: Json) -> None:
    """Save a refund and emit what changed."""
    previous = events.previous_attributes(before, call.save(refund))
    events.emit(call, "refund.updated", refund, previous)
    events.emit(call, "charge.refund.updated", refund, previous)


def cancel(call: Call) -> Json:
    """Refuse: only refunds that wait for the buyer can be canceled, and refunds to cards never do."""
    refund = retrieve(call)
    raise unexpected_state(
        f"This refund cannot be canceled because it has a status of {refund['status']}; only a refund that requires "
        "action can."
    )


def list_all(call: Call) -> Json:
    return paginate_stored(call, KIND, "/v1/refunds", "charge", "payment_intent")


def list_for_charge(call: Call) -> Json:
    charge = call.get("charge", call.ids["id"])
    return paginate(call, refunds_of_charge(call, charge), f"/v1/charges/{charge['id']}/refunds")


def refunds_of_charge(call: Call, charge: Json) -> list[Json]:
    return call.store.where(call.realm, KIND, "charge", charge["id"])


def expanded_list(call: Call, charge: Json) -> Json:
    """Return the ten newest refunds as an expanded charge contains them."""
    found = refunds_of_charge(call, charge)
    url = f"/v1/charges/{charge['id']}/refunds"
    return {"object": "list", "data": found[:10], "has_more": len(found) > 10, "url": url}
