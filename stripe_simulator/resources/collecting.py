"""Collecting an invoice: Stripe's own tries, and those somebody asks for."""

from stripe_simulator.call import Call
from stripe_simulator.errors import StripeError
from stripe_simulator.resources import frozen, invoice_opening, invoice_outcome, payment_attempt, standing
from stripe_simulator.store import Json


def finalize(call: Call, id_: str) -> bool:
    """A renewal's draft has waited long enough; False when it is none any more, or isn't to be collected."""
    found = of_id(call, id_)
    if found is None or found[1]["status"] != "draft" or not found[1]["auto_advance"]:
        return False
    open_and_collect(*found)
    return True


def of_id(call: Call, id_: str) -> tuple[Call, Json, Json] | None:
    """The invoice and its subscription, with the request at its customer's own time."""
    invoice = call.store.find(call.realm, "invoice", id_)
    subscription = standing.of_invoice(call, invoice) if invoice else None
    if invoice is None or subscription is None:
        return None
    at = frozen.by_itself(frozen.at(call, invoice["customer"]), subscription["_base"])
    return at, invoice, subscription


def open_and_collect(call: Call, invoice: Json, subscription: Json) -> None:
    invoice_opening.open_(call, invoice, subscription)
    if invoice["status"] == "open":
        collect(call, invoice, subscription)


def collect(call: Call, invoice: Json, subscription: Json) -> None:
    """One of Stripe's own tries, with the saved card and nobody there: paid, declined, or waiting for the bank."""
    method = invoice_opening.method_of(call, invoice, subscription)
    invoice[invoice_outcome.AUTOMATIC] = True
    call.save(invoice)
    if method is None:
        invoice_outcome.fail(call, invoice)
        return
    try:
        charge(call, invoice, method, off_session=True)
    except StripeError as error:
        # What came of it stands in the invoice and its payment intent.
        if not error.effects_stay:
            raise


def charge(call: Call, invoice: Json, method: Json, *, off_session: bool) -> Json:
    """The payment intent after a try with this card. Raises StripeError 402 when it is declined."""
    payment = call.get("payment_intent", invoice["_payment_intent"])
    payment_attempt.go_on(call, payment, method, off_session=off_session, waits=True)
    return payment


def try_again(call: Call, id_: str) -> bool:
    """The next of Stripe's own tries; False when there is no reason for it any more."""
    found = of_id(call, id_)
    if found is None:
        return False
    at, invoice, subscription = found
    due = invoice["next_payment_attempt"]
    if invoice["status"] != "open" or due is None or due > at.now or subscription["status"] not in standing.COLLECTING:
        return False
    invoice["next_payment_attempt"] = None
    collect(at, invoice, subscription)
    return True
