"""What becomes of an invoice, and of its subscription, when its payment intent gets somewhere.

Called wherever a payment intent settles: by a renewal, by `POST /v1/invoices/<id>/pay`, from a browser.
"""

from stripe_simulator import billing, events
from stripe_simulator.call import Call
from stripe_simulator.resources import frozen, standing
from stripe_simulator.resources.recurring import DAY
from stripe_simulator.store import Json

# Stands in an invoice while Stripe itself tries to collect it: only such a decline is followed by another try.
AUTOMATIC = "_automatic"


def payments_of(call: Call, invoice: Json) -> list[Json]:
    """The invoice's payments, newest first."""
    return [one for one in call.store.all(call.realm, "invoice_payment") if one["invoice"] == invoice["id"]]


def of_payment(call: Call, payment: Json) -> tuple[Call, Json] | None:
    """The invoice a payment intent belongs to, with the request at its customer's own time."""
    invoice = call.store.find(call.realm, "invoice", payment.get("_invoice") or "")
    return (frozen.at(call, invoice["customer"]), invoice) if invoice else None


def paid(call: Call, payment: Json, method: Json) -> None:
    """The money is there: the invoice is paid, the subscription in good standing, the card its own."""
    found = of_payment(call, payment)
    if found is None:
        return
    at, invoice = found
    count_attempt(invoice)
    settle(at, invoice, method)


def settle(call: Call, invoice: Json, method: Json | None = None) -> Json:
    """Paid, or nothing was due."""
    invoice.update(
        status="paid",
        amount_paid=invoice["amount_due"],
        amount_remaining=0,
        attempted=True,
        auto_advance=False,
        next_payment_attempt=None,
    )
    invoice["status_transitions"]["paid_at"] = call.now
    call.save(invoice)
    for one in payments_of(call, invoice):
        one.update(status="paid", amount_paid=one["amount_requested"])
        one["status_transitions"]["paid_at"] = call.now
        events.emit(call, "invoice_payment.paid", call.save(one))
    events.emit(call, "invoice.paid", invoice)
    events.emit(call, "invoice.payment_succeeded", invoice)
    settled(call, invoice, method)
    return invoice


def settled(call: Call, invoice: Json, method: Json | None = None) -> None:
    """The subscription after an invoice that is paid, void or written off."""
    subscription = standing.of_invoice(call, invoice)
    if subscription:
        standing.settled(call, subscription, invoice, method)


def refused(call: Call, payment: Json) -> None:
    """The card was declined, or the bank's check failed."""
    found = of_payment(call, payment)
    if found:
        fail(*found)


def fail(call: Call, invoice: Json) -> None:
    """A try that came to nothing; one of Stripe's own is followed by the next, until there are no more."""
    automatic = count_attempt(invoice)
    subscription = standing.of_invoice(call, invoice)
    last = False
    if automatic and subscription and subscription["status"] in standing.COLLECTING:
        last = not plan_next_try(call, invoice)
    events.emit(call, "invoice.payment_failed", call.save(invoice))
    if subscription:
        standing.failed(call, subscription, invoice, last=last)


def plan_next_try(call: Call, invoice: Json) -> bool:
    """Whether there is one."""
    days = billing.settings(call.store, call.realm)["retry_days"]
    tries = invoice["attempt_count"]
    invoice["next_payment_attempt"] = int(call.now + days[tries - 1] * DAY) if tries <= len(days) else None
    if invoice["next_payment_attempt"]:
        call.plan("invoice_is_tried_again", invoice["id"], deadline=invoice["next_payment_attempt"])
    return invoice["next_payment_attempt"] is not None


def action_required(call: Call, payment: Json) -> None:
    """The bank asks. That is no failure, so no other try follows: the payment waits for the customer.

    (support.stripe.com, "Subscription retries for failed 3D Secure authorizations")
    """
    found = of_payment(call, payment)
    if found is None:
        return
    at, invoice = found
    count_attempt(invoice)
    invoice["next_payment_attempt"] = None
    events.emit(at, "invoice.payment_action_required", at.save(invoice))
    subscription = standing.of_invoice(at, invoice)
    if subscription:
        standing.failed(at, subscription, invoice)


def count_attempt(invoice: Json) -> bool:
    """Any first try counts, and then Stripe's own; whether this was one of those."""
    automatic = bool(invoice.pop(AUTOMATIC, False))
    if automatic or not invoice["attempt_count"]:
        invoice["attempt_count"] += 1
    invoice["attempted"] = True
    return automatic
