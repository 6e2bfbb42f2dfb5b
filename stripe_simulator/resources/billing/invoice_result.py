"""Updates an invoice and its subscription after a payment attempt.

Called wherever a payment intent gets a result: by a renewal, by `POST /v1/invoices/<id>/pay`, or from a browser.
"""

from stripe_simulator.api.call import Call
from stripe_simulator.resources.billing import billing_settings, customer_clock
from stripe_simulator.resources.billing.billing_periods import DAY
from stripe_simulator.resources.subscriptions import subscription_status
from stripe_simulator.store import Json
from stripe_simulator.webhooks import events

# Set while an automatic attempt is running: only its decline schedules another attempt.
AUTOMATIC_FIELD = "_automatic"


def payments_of_invoice(call: Call, invoice: Json) -> list[Json]:
    """Return the invoice's payments, newest first."""
    return call.store.where(call.realm, "invoice_payment", "invoice", invoice["id"])


def invoice_of_payment(call: Call, payment: Json) -> tuple[Call, Json] | None:
    """Return the invoice of a payment intent, with the call at the customer's own time."""
    invoice = call.store.find(call.realm, "invoice", payment.get("_invoice") or "")
    return (customer_clock.at_customer_time(call, invoice["customer"]), invoice) if invoice else None


def payment_succeeded(call: Call, payment: Json, method: Json) -> None:
    """Mark the invoice as paid and update the subscription's status and card."""
    found = invoice_of_payment(call, payment)
    if found is None:
        return
    clock_call, invoice = found
    count_attempt(invoice)
    mark_paid(clock_call, invoice, method)


def mark_paid(call: Call, invoice: Json, method: Json | None = None) -> Json:
    """Mark the invoice as paid, also when nothing was due."""
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
    for one in payments_of_invoice(call, invoice):
        if one["status"] != "open":
            continue
        one.update(status="paid", amount_paid=one["amount_requested"])
        one["status_transitions"]["paid_at"] = call.now
        events.emit(call, "invoice_payment.paid", call.save(one))
    events.emit(call, "invoice.paid", invoice)
    events.emit(call, "invoice.payment_succeeded", invoice)
    update_subscription(call, invoice, method)
    return invoice


def update_subscription(call: Call, invoice: Json, method: Json | None = None) -> None:
    """Update the subscription after its invoice is paid, void or written off."""
    subscription = subscription_status.subscription_of_invoice(call, invoice)
    if subscription:
        subscription_status.invoice_closed(call, subscription, invoice, method)


def payment_failed(call: Call, payment: Json) -> None:
    """Handle a declined card or a failed authentication."""
    found = invoice_of_payment(call, payment)
    if found:
        attempt_failed(*found)


def attempt_failed(call: Call, invoice: Json) -> None:
    """Record a failed attempt. An automatic attempt schedules the next one until none are left."""
    automatic = count_attempt(invoice)
    subscription = subscription_status.subscription_of_invoice(call, invoice)
    last = False
    if automatic and subscription and subscription["status"] in subscription_status.COLLECTED_STATUSES:
        last = not schedule_retry(call, invoice)
    events.emit(call, "invoice.payment_failed", call.save(invoice))
    if subscription:
        subscription_status.payment_failed(call, subscription, invoice, last=last)


def schedule_retry(call: Call, invoice: Json) -> bool:
    """Schedule the next automatic attempt; return whether there is one."""
    days = billing_settings.read(call.store, call.realm)["retry_days"]
    attempts = invoice["attempt_count"]
    invoice["next_payment_attempt"] = int(call.now + days[attempts - 1] * DAY) if attempts <= len(days) else None
    if invoice["next_payment_attempt"]:
        call.schedule("invoice_is_tried_again", invoice["id"], deadline=invoice["next_payment_attempt"])
    return invoice["next_payment_attempt"] is not None


def action_required(call: Call, payment: Json) -> None:
    """Record that the bank requires authentication. No retry follows: the customer must act.

    Source: support.stripe.com, "Subscription retries for failed 3D Secure authorizations". A renewal sends
    `invoice.payment_failed` too (github.com/stripe/stripe-cli/issues/624).
    """
    found = invoice_of_payment(call, payment)
    if found is None:
        return
    clock_call, invoice = found
    automatic = count_attempt(invoice)
    invoice["next_payment_attempt"] = None
    clock_call.save(invoice)
    if automatic or payment["status"] == "requires_payment_method":
        events.emit(clock_call, "invoice.payment_failed", invoice)
    events.emit(clock_call, "invoice.payment_action_required", invoice)
    subscription = subscription_status.subscription_of_invoice(clock_call, invoice)
    if subscription:
        subscription_status.payment_failed(clock_call, subscription, invoice)


def count_attempt(invoice: Json) -> bool:
    """Count the first attempt and every automatic one; return whether this was automatic."""
    automatic = bool(invoice.pop(AUTOMATIC_FIELD, False))
    if automatic or not invoice["attempt_count"]:
        invoice["attempt_count"] += 1
    invoice["attempted"] = True
    return automatic
