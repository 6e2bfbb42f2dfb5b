"""Finalizes invoices, and closes them without payment: void or uncollectible."""

from stripe_simulator.api.call import Call
from stripe_simulator.errors import unexpected_state
from stripe_simulator.ids import new_id, random_characters
from stripe_simulator.resources.billing import credit_balance, invoice_result
from stripe_simulator.resources.billing.customer_clock import without_params
from stripe_simulator.resources.payments import intent, payment_intent_fields
from stripe_simulator.store import Json
from stripe_simulator.webhooks import events

DESCRIPTIONS = {"subscription_create": "Subscription creation", "subscription_update": "Subscription update"}


def finalize_draft(call: Call, invoice: Json, subscription: Json) -> Json:
    """Finalize a draft: set its number and create its payment intent if an amount is due.

    An invoice without an amount due is paid immediately.
    """
    call = without_params(call, subscription["_base"])
    address = f"https://invoice.stripe.com/i/{call.realm.account.id}/{call.realm.mode}_{random_characters(40)}"
    invoice.update(
        status="open",
        number=next_number(call, invoice["customer"]),
        effective_at=call.now,
        automatically_finalizes_at=None,
        hosted_invoice_url=address,
        invoice_pdf=f"{address}/pdf",
    )
    credit_balance.take(call, invoice)
    invoice["status_transitions"]["finalized_at"] = call.now
    if invoice["amount_due"]:
        payment = create_payment_intent(call, invoice, subscription)
        invoice["_payment_intent"] = payment["id"]
        call.save(build_invoice_payment(call, invoice, payment))
    events.emit(call, "invoice.finalized", call.save(invoice))
    return invoice if invoice["amount_due"] else invoice_result.mark_paid(call, invoice)


def fail(call: Call, invoice: Json) -> None:
    """Leave the draft as it is, with the error: Stripe could not finalize it."""
    invoice["last_finalization_error"] = {
        "code": "customer_tax_location_invalid",
        "message": "The customer's location isn't recognized.",
        "type": "invalid_request_error",
    }
    events.emit(call, "invoice.finalization_failed", call.save(invoice))


def next_number(call: Call, customer_id: str) -> str:
    customer = call.get("customer", customer_id)
    number = f"{customer['invoice_prefix']}-{customer['next_invoice_sequence']:04}"
    customer["next_invoice_sequence"] += 1
    call.save(customer)
    return number


def create_payment_intent(call: Call, invoice: Json, subscription: Json) -> Json:
    """Create the invoice's payment intent, which saves its card for future payments."""
    payment = payment_intent_fields.build(call)
    method = default_method(call, invoice, subscription)
    payment.update(
        amount=invoice["amount_due"],
        automatic_payment_methods=None,
        currency=invoice["currency"],
        customer=invoice["customer"],
        description=DESCRIPTIONS.get(invoice["billing_reason"], "Payment for Invoice"),
        payment_method=method["id"] if method else None,
        payment_method_types=intent.accepted_types(call, invoice["payment_settings"]["payment_method_types"]),
        setup_future_usage="off_session",
        status="requires_confirmation" if method else "requires_payment_method",
        _invoice=invoice["id"],
    )
    events.emit(call, "payment_intent.created", call.save(payment))
    return payment


def default_method(call: Call, invoice: Json, subscription: Json) -> Json | None:
    """Return the saved card that pays: the invoice's own, else the subscription's, else the customer's."""
    customer = call.get("customer", invoice["customer"])
    wanted = (
        invoice["default_payment_method"]
        or subscription["default_payment_method"]
        or customer["invoice_settings"]["default_payment_method"]
    )
    found = call.store.find(call.realm, "payment_method", wanted or "")
    return found if found and found["customer"] == invoice["customer"] else None


def build_invoice_payment(call: Call, invoice: Json, payment: Json) -> Json:
    return _invoice_payment(call, invoice, {"payment_intent": payment["id"], "type": "payment_intent"}, default=True)


def build_payment_outside(call: Call, invoice: Json) -> Json:
    """Build the payment of an invoice that was paid outside of Stripe: its type is `payment_record`."""
    record = new_id("pr", call.realm.account.id)
    return _invoice_payment(call, invoice, {"payment_record": record, "type": "payment_record"}, default=False)


def _invoice_payment(call: Call, invoice: Json, payment: Json, *, default: bool) -> Json:
    return {
        "id": new_id("inpay", call.realm.account.id),
        "object": "invoice_payment",
        "amount_paid": None,
        "amount_requested": invoice["amount_due"],
        "created": call.now,
        "currency": invoice["currency"],
        "invoice": invoice["id"],
        "is_default": default,
        "livemode": call.realm.livemode,
        "payment": payment,
        "status": "open",
        "status_transitions": {"canceled_at": None, "paid_at": None},
    }


def void(call: Call, invoice: Json) -> Json:
    """Void the invoice. Raises StripeError 400 when it is paid, a draft or already void."""
    check_status(invoice, "void", "open", "uncollectible")
    cancel_payment(call, invoice)
    credit_balance.give_back(call, invoice)
    return close(call, invoice, "void", "voided_at", "invoice.voided")


def mark_uncollectible(call: Call, invoice: Json) -> Json:
    """Write the invoice off; it can still be paid. Raises StripeError 400."""
    check_status(invoice, "mark as uncollectible", "open", "draft")
    return close(call, invoice, "uncollectible", "marked_uncollectible_at", "invoice.marked_uncollectible")


def check_status(invoice: Json, verb: str, *statuses: str) -> None:
    if invoice["status"] not in statuses:
        raise unexpected_state(f"You can only {verb} invoices that are {' or '.join(statuses)}.", param="invoice")


def close(call: Call, invoice: Json, status: str, transition: str, event: str) -> Json:
    invoice.update(status=status, auto_advance=False, next_payment_attempt=None)
    invoice["status_transitions"][transition] = call.now
    events.emit(call, event, call.save(invoice))
    invoice_result.update_subscription(call, invoice)
    return invoice


def cancel_payment(call: Call, invoice: Json) -> None:
    """Cancel the payment intent of an invoice, so that nobody can pay it."""
    payment = call.store.find(call.realm, "payment_intent", invoice.get("_payment_intent") or "")
    if payment and payment["status"] in intent.OPEN:
        payment.update(status="canceled", canceled_at=call.now, cancellation_reason="void_invoice", next_action=None)
        events.emit(call, "payment_intent.canceled", call.save(payment))
    if payment and payment["status"] == "processing":
        # A payment that its bank is processing can't be canceled. It may still succeed.
        return
    for one in invoice_result.payments_of_invoice(call, invoice):
        one["status"] = "canceled"
        one["status_transitions"]["canceled_at"] = call.now
        call.save(one)
