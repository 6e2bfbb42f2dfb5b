"""Invoices of subscriptions: retrieve, list, update, finalize, pay and void."""

from stripe_simulator.api.call import Call
from stripe_simulator.errors import StripeError, invalid, unexpected_state
from stripe_simulator.resources.billing import (
    customer_clock,
    invoice_collection,
    invoice_draft,
    invoice_finalization,
    invoice_result,
)
from stripe_simulator.resources.metadata import merge_metadata
from stripe_simulator.resources.pagination import paginate, paginate_stored
from stripe_simulator.resources.payments import intent, payment_method
from stripe_simulator.resources.subscriptions import subscription_status
from stripe_simulator.store import Json
from stripe_simulator.webhooks import events

KIND = invoice_draft.KIND
CHANGEABLE = frozenset(["auto_advance", "default_payment_method", "description", "expand", "footer", "metadata"])


def retrieve(call: Call) -> Json:
    return call.get(KIND, call.ids["id"])


def update(call: Call) -> Json:
    """Change metadata and a few text fields; other parameters are refused."""
    intent.reject_unsupported(call, frozenset(set(call.params) - CHANGEABLE))
    invoice = retrieve(call)
    before = dict(invoice)
    invoice.update({name: call.param(name) for name in ("description", "footer") if name in call.params})
    if call.param("default_payment_method"):
        id_ = call.params["default_payment_method"]
        method = call.get("payment_method", id_, param="default_payment_method", noun="PaymentMethod")
        invoice["default_payment_method"] = method["id"]
    if "auto_advance" in call.params:
        invoice["auto_advance"] = call.params["auto_advance"]
    invoice["metadata"] = merge_metadata(invoice["metadata"], call.params.get("metadata"))
    events.emit(call, "invoice.updated", call.save(invoice), events.previous_attributes(before, invoice))
    return invoice


def finalize(call: Call) -> Json:
    """Finalize a draft, and collect it unless `auto_advance` is off. Raises StripeError 400."""
    invoice = retrieve(call)
    invoice_finalization.check_status(invoice, "finalize", "draft")
    found = invoice_collection.find_with_subscription(call, invoice["id"])
    if found:
        clock_call, invoice, subscription = found
        invoice["auto_advance"] = call.params.get("auto_advance", invoice["auto_advance"])
        if invoice["auto_advance"]:
            invoice_collection.finalize_and_collect(clock_call, invoice, subscription)
        else:
            invoice_finalization.finalize_draft(clock_call, invoice, subscription)
    return call.get(KIND, invoice["id"])


def pay(call: Call) -> Json:
    """Pay now, with `payment_method` or the saved card.

    Raises StripeError 402 for a decline or a required authentication (`invoice_payment_intent_requires_action`), 400
    for an invoice that is paid or void.
    """
    intent.reject_unsupported(call, frozenset(["forgive", "mandate", "source"]))
    invoice = retrieve(call)
    check_payable(invoice)
    found = invoice_collection.find_with_subscription(call, invoice["id"])
    if found is None:
        raise invalid("The simulator knows invoices of subscriptions only.", param="invoice")
    clock_call, invoice, subscription = found
    if invoice["status"] == "draft":
        invoice_finalization.finalize_draft(clock_call, invoice, subscription)
    if invoice["status"] != "paid":
        pay_now(call, clock_call, invoice, subscription)
    return call.get(KIND, invoice["id"])


def check_payable(invoice: Json) -> None:
    if invoice["status"] == "paid":
        raise unexpected_state("Invoice is already paid", code="invoice_already_paid")
    if invoice["status"] == "void":
        raise unexpected_state("You cannot pay an invoice that is void.")


def pay_now(call: Call, clock_call: Call, invoice: Json, subscription: Json) -> None:
    if call.params.get("paid_out_of_band"):
        invoice_finalization.cancel_payment(clock_call, invoice)
        clock_call.save(invoice_finalization.build_payment_outside(clock_call, invoice))
        invoice_result.mark_paid(clock_call, invoice)
        return
    method = requested_method(call, invoice, subscription)
    payment = call.get("payment_intent", invoice["_payment_intent"])
    if payment["status"] == "processing":
        raise unexpected_state("This invoice's payment is in processing.", code="payment_intent_unexpected_state")
    intent.check_owner(method, payment)
    payment = invoice_collection.charge(clock_call, invoice, method, off_session=call.params.get("off_session", True))
    if payment["status"] == "requires_action":
        message = (
            "This payment requires additional user action before it can be completed successfully. Payment can be "
            "completed using the PaymentIntent associated with invoice."
        )
        code = "invoice_payment_intent_requires_action"
        raise StripeError(402, "card_error", message, code=code, replayable=True, keep_changes=True)


def requested_method(call: Call, invoice: Json, subscription: Json) -> Json:
    """Return the card in the request, else the saved one. Raises StripeError 400 if there is none."""
    if call.param("payment_method"):
        return payment_method.find_for_use(call, call.params["payment_method"], "payment_method")
    method = invoice_finalization.default_method(call, invoice, subscription)
    if method is None:
        message = "There is no `default_payment_method` set on this Customer or Invoice. Please set one to be used."
        raise unexpected_state(message)
    return method


def void(call: Call) -> Json:
    invoice = retrieve(call)
    return invoice_finalization.void(customer_clock.at_customer_time(call, invoice["customer"]), invoice)


def mark_uncollectible(call: Call) -> Json:
    invoice = retrieve(call)
    return invoice_finalization.mark_uncollectible(customer_clock.at_customer_time(call, invoice["customer"]), invoice)


def list_lines(call: Call) -> Json:
    invoice = retrieve(call)
    return paginate(call, invoice["lines"]["data"], invoice["lines"]["url"])


def list_all(call: Call) -> Json:
    """Filters: customer, status, subscription, created, collection_method."""
    equal = {}
    if call.param("subscription"):
        subscription = call.get(subscription_status.KIND, call.params["subscription"], param="subscription")
        equal["parent.subscription_details.subscription"] = subscription["id"]
    names = ("customer", "status", "collection_method")
    return paginate_stored(call, KIND, "/v1/invoices", *names, equal=equal)
