"""Refunds: money given back from a charge, all of it or in parts (docs.stripe.com/api/refunds)."""

from stripe_simulator import currencies, events
from stripe_simulator.call import Call
from stripe_simulator.errors import invalid, unexpected_state
from stripe_simulator.ids import new_id
from stripe_simulator.resources import intent, payment_method
from stripe_simulator.resources.listing import matching, page
from stripe_simulator.resources.metadata import merged
from stripe_simulator.store import Json

KIND = "refund"
NOT_SIMULATED = frozenset(
    ["currency", "customer", "instructions_email", "origin", "refund_application_fee", "reverse_transfer"]
)


def create(call: Call) -> Json:
    """Gives `amount` (minor units; default: all that is left) of a charge back.

    Raises StripeError 400: `charge_already_refunded`, `charge_disputed`, more than is left, nothing that succeeded.
    """
    intent.refuse_unsimulated(call, NOT_SIMULATED)
    charge = charge_of(call)
    check_refundable(call, charge)
    refund = call.save(blank(call, charge, amount_of(call, charge)))
    charge["amount_refunded"] += refund["amount"]
    charge["refunded"] = charge["amount_refunded"] == charge["amount_captured"]
    call.save(charge)
    events.emit(call, "refund.created", refund)
    events.emit(call, "charge.refunded", charge)
    return refund


def charge_of(call: Call) -> Json:
    """The charge that `charge` or `payment_intent` names, if it can give anything back."""
    if call.given("charge"):
        charge = call.get("charge", call.params["charge"], param="charge")
        if call.given("payment_intent", charge["payment_intent"]) != charge["payment_intent"]:
            raise invalid("The charge does not belong to the payment intent.", param="charge")
        if charge["status"] != "succeeded":
            raise unexpected_state(f"This charge ({charge['id']}) has not succeeded; there is nothing to refund.")
    elif call.given("payment_intent"):
        charge = charge_of_payment(call, call.params["payment_intent"])
    else:
        raise invalid("One of the following params should be provided for this request: payment_intent or charge.")
    if not charge["captured"]:
        raise unexpected_state(
            f"This charge ({charge['id']}) has not been captured; cancel its payment intent instead.",
            code="charge_not_refundable",
        )
    return charge


def charge_of_payment(call: Call, id_: str) -> Json:
    payment = call.get("payment_intent", id_, param="payment_intent")
    charge = call.store.find(call.realm, "charge", payment["latest_charge"] or "")
    if charge is None or charge["status"] != "succeeded":
        raise unexpected_state(
            f"This PaymentIntent ({id_}) does not have a successful charge to refund.", param="payment_intent"
        )
    return charge


def check_refundable(call: Call, charge: Json) -> None:
    disputes = [one for one in call.store.all(call.realm, "dispute") if one["charge"] == charge["id"]]
    if not all(one["is_charge_refundable"] for one in disputes):
        raise unexpected_state(
            f"Charge {charge['id']} has been charged back; cannot issue a refund.", code="charge_disputed"
        )
    if charge["refunded"]:
        raise unexpected_state(f"Charge {charge['id']} has already been refunded.", code="charge_already_refunded")


def amount_of(call: Call, charge: Json) -> int:
    """The amount asked for, in minor units, checked against what is left."""
    left: int = charge["amount_captured"] - charge["amount_refunded"]
    amount: int = call.params.get("amount", left)
    if amount < 1:
        raise invalid("Invalid positive integer", param="amount", code="parameter_invalid_integer")
    if amount > left:
        asked, rest = (currencies.in_words(one, charge["currency"]).split()[0] for one in (amount, left))
        raise unexpected_state(
            f"Refund amount ({asked}) is greater than unrefunded amount on charge ({rest})", param="amount"
        )
    currencies.check_last_digits(amount, charge["currency"])
    return amount


def blank(call: Call, charge: Json, amount: int) -> Json:
    """The refund, as its card makes it begin; what that card does to it later is planned."""
    id_ = new_id("re", call.realm.account.id)
    method = call.get("payment_method", charge["payment_method"])
    later = payment_method.does(call, method).refund
    if later:
        call.plan(later, id_)
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
        "metadata": merged({}, call.params.get("metadata")),
        "payment_intent": charge["payment_intent"],
        "payment_method": charge["payment_method"],
        "pending_reason": "processing" if pending else None,
        "reason": call.given("reason"),
        "receipt_number": None,
        "source_transfer_reversal": None,
        "status": "pending" if pending else "succeeded",
        "transfer_reversal": None,
    }


def retrieve(call: Call) -> Json:
    return call.get(KIND, call.ids["id"])


def update(call: Call) -> Json:
    """Only metadata can be changed."""
    refund = retrieve(call)
    before = dict(refund)
    refund["metadata"] = merged(refund["metadata"], call.params.get("metadata"))
    changed(call, before, refund)
    return refund


def changed(call: Call, before: Json, refund: Json) -> None:
    """Saves a refund and says what is different."""
    previous = events.changes(before, call.save(refund))
    events.emit(call, "refund.updated", refund, previous)
    events.emit(call, "charge.refund.updated", refund, previous)


def cancel(call: Call) -> Json:
    """Only a refund that waits for the buyer can be cancelled; refunds to cards never do, so this is always a 400."""
    refund = retrieve(call)
    raise unexpected_state(
        f"This refund cannot be canceled because it has a status of {refund['status']}; only a refund that requires "
        "action can."
    )


def listed(call: Call) -> Json:
    found = matching(call.store.all(call.realm, KIND), call, "charge", "payment_intent")
    return page(call, found, "/v1/refunds")


def listed_of_charge(call: Call) -> Json:
    charge = call.get("charge", call.ids["id"])
    return page(call, of_charge(call, charge), f"/v1/charges/{charge['id']}/refunds")


def of_charge(call: Call, charge: Json) -> list[Json]:
    return [one for one in call.store.all(call.realm, KIND) if one["charge"] == charge["id"]]


def list_of_charge(call: Call, charge: Json) -> Json:
    """The ten newest, as they stand in a charge when they are asked for."""
    found = of_charge(call, charge)
    url = f"/v1/charges/{charge['id']}/refunds"
    return {"object": "list", "data": found[:10], "has_more": len(found) > 10, "url": url}
