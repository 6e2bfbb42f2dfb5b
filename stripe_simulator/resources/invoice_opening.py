"""An invoice becomes open, and what can become of it without a payment: void, uncollectible."""

from stripe_simulator import events
from stripe_simulator.call import Call
from stripe_simulator.errors import unexpected_state
from stripe_simulator.ids import new_id, random_letters
from stripe_simulator.resources import intent, invoice_outcome, payment_terms
from stripe_simulator.resources.frozen import by_itself
from stripe_simulator.store import Json

DESCRIPTIONS = {"subscription_create": "Subscription creation", "subscription_update": "Subscription update"}


def open_(call: Call, invoice: Json, subscription: Json) -> Json:
    """Finalizes a draft: it gets its number and, where something is due, its payment intent.

    Nothing due: it is paid at once.
    """
    call = by_itself(call, subscription["_base"])
    address = f"https://invoice.stripe.com/i/{call.realm.account.id}/{call.realm.mode}_{random_letters(40)}"
    invoice.update(
        status="open",
        number=next_number(call, invoice["customer"]),
        effective_at=call.now,
        ending_balance=0,
        automatically_finalizes_at=None,
        hosted_invoice_url=address,
        invoice_pdf=f"{address}/pdf",
    )
    invoice["status_transitions"]["finalized_at"] = call.now
    if invoice["amount_due"]:
        payment = payment_for(call, invoice, subscription)
        invoice["_payment_intent"] = payment["id"]
        call.save(invoice_payment(call, invoice, payment))
    events.emit(call, "invoice.finalized", call.save(invoice))
    return invoice if invoice["amount_due"] else invoice_outcome.settle(call, invoice)


def next_number(call: Call, customer_id: str) -> str:
    customer = call.get("customer", customer_id)
    number = f"{customer['invoice_prefix']}-{customer['next_invoice_sequence']:04}"
    customer["next_invoice_sequence"] += 1
    call.save(customer)
    return number


def payment_for(call: Call, invoice: Json, subscription: Json) -> Json:
    """The invoice's payment intent; it keeps its card for the payments to come."""
    payment = payment_terms.blank(call)
    method = method_of(call, invoice, subscription)
    payment.update(
        amount=invoice["amount_due"],
        automatic_payment_methods=None,
        currency=invoice["currency"],
        customer=invoice["customer"],
        description=DESCRIPTIONS.get(invoice["billing_reason"], "Payment for Invoice"),
        payment_method=method["id"] if method else None,
        setup_future_usage="off_session",
        status="requires_confirmation" if method else "requires_payment_method",
        _invoice=invoice["id"],
    )
    events.emit(call, "payment_intent.created", call.save(payment))
    return payment


def method_of(call: Call, invoice: Json, subscription: Json) -> Json | None:
    """The saved card that pays: the invoice's own, else the subscription's, else the customer's."""
    customer = call.get("customer", invoice["customer"])
    wanted = (
        invoice["default_payment_method"]
        or subscription["default_payment_method"]
        or customer["invoice_settings"]["default_payment_method"]
    )
    found = call.store.find(call.realm, "payment_method", wanted or "")
    return found if found and found["customer"] == invoice["customer"] else None


def invoice_payment(call: Call, invoice: Json, payment: Json) -> Json:
    return {
        "id": new_id("inpay", call.realm.account.id),
        "object": "invoice_payment",
        "amount_paid": None,
        "amount_requested": payment["amount"],
        "created": call.now,
        "currency": payment["currency"],
        "invoice": invoice["id"],
        "is_default": True,
        "livemode": call.realm.livemode,
        "payment": {"payment_intent": payment["id"], "type": "payment_intent"},
        "status": "open",
        "status_transitions": {"canceled_at": None, "paid_at": None},
    }


def void(call: Call, invoice: Json) -> Json:
    """Nobody owes it any more. Raises StripeError 400 when it is paid, a draft or void already."""
    check_open(invoice, "void", "open", "uncollectible")
    end_payment(call, invoice)
    return close(call, invoice, "void", "voided_at", "invoice.voided")


def give_up(call: Call, invoice: Json) -> Json:
    """Written off; it can still be paid. Raises StripeError 400."""
    check_open(invoice, "mark as uncollectible", "open", "draft")
    return close(call, invoice, "uncollectible", "marked_uncollectible_at", "invoice.marked_uncollectible")


def check_open(invoice: Json, verb: str, *statuses: str) -> None:
    if invoice["status"] not in statuses:
        raise unexpected_state(f"You can only {verb} invoices that are {' or '.join(statuses)}.", param="invoice")


def close(call: Call, invoice: Json, status: str, moment: str, event: str) -> Json:
    invoice.update(status=status, auto_advance=False, next_payment_attempt=None)
    invoice["status_transitions"][moment] = call.now
    events.emit(call, event, call.save(invoice))
    invoice_outcome.settled(call, invoice)
    return invoice


def end_payment(call: Call, invoice: Json) -> None:
    """The payment intent of an invoice that is void is cancelled; nobody can pay it."""
    payment = call.store.find(call.realm, "payment_intent", invoice.get("_payment_intent") or "")
    if payment and payment["status"] in intent.OPEN:
        payment.update(status="canceled", canceled_at=call.now, cancellation_reason="void_invoice", next_action=None)
        events.emit(call, "payment_intent.canceled", call.save(payment))
    for one in invoice_outcome.payments_of(call, invoice):
        one["status"] = "canceled"
        one["status_transitions"]["canceled_at"] = call.now
        call.save(one)
