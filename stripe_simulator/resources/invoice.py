"""Invoices of subscriptions: read, listed, finalized, paid, voided."""

from stripe_simulator import events
from stripe_simulator.call import Call
from stripe_simulator.errors import StripeError, invalid, unexpected_state
from stripe_simulator.resources import (
    collecting,
    frozen,
    intent,
    invoice_draft,
    invoice_opening,
    invoice_outcome,
    payment_method,
    standing,
)
from stripe_simulator.resources.listing import matching, page
from stripe_simulator.resources.metadata import merged
from stripe_simulator.store import Json

KIND = invoice_draft.KIND
CHANGEABLE = frozenset(["auto_advance", "default_payment_method", "description", "expand", "footer", "metadata"])


def retrieve(call: Call) -> Json:
    return call.get(KIND, call.ids["id"])


def update(call: Call) -> Json:
    """Metadata and a few words; the others of Stripe's parameters are refused."""
    intent.refuse_unsimulated(call, frozenset(set(call.params) - CHANGEABLE))
    invoice = retrieve(call)
    before = dict(invoice)
    invoice.update({name: call.given(name) for name in ("description", "footer") if name in call.params})
    if call.given("default_payment_method"):
        id_ = call.params["default_payment_method"]
        method = call.get("payment_method", id_, param="default_payment_method", noun="PaymentMethod")
        invoice["default_payment_method"] = method["id"]
    if "auto_advance" in call.params:
        invoice["auto_advance"] = call.params["auto_advance"]
    invoice["metadata"] = merged(invoice["metadata"], call.params.get("metadata"))
    events.emit(call, "invoice.updated", call.save(invoice), events.changes(before, invoice))
    return invoice


def finalize(call: Call) -> Json:
    """A draft becomes open; it is collected at once unless `auto_advance` is off. Raises StripeError 400."""
    invoice = retrieve(call)
    invoice_opening.check_open(invoice, "finalize", "draft")
    found = collecting.of_id(call, invoice["id"])
    if found:
        at, invoice, subscription = found
        invoice["auto_advance"] = call.params.get("auto_advance", invoice["auto_advance"])
        if invoice["auto_advance"]:
            collecting.open_and_collect(at, invoice, subscription)
        else:
            invoice_opening.open_(at, invoice, subscription)
    return call.get(KIND, invoice["id"])


def pay(call: Call) -> Json:
    """Now, with `payment_method` or the saved card.

    Raises StripeError 402 for a decline or a bank that asks (`invoice_payment_intent_requires_action`), 400 for an
    invoice that is paid or void.
    """
    intent.refuse_unsimulated(call, frozenset(["forgive", "mandate", "source"]))
    invoice = retrieve(call)
    check_payable(invoice)
    found = collecting.of_id(call, invoice["id"])
    if found is None:
        raise invalid("The simulator knows invoices of subscriptions only.", param="invoice")
    at, invoice, subscription = found
    if invoice["status"] == "draft":
        invoice_opening.open_(at, invoice, subscription)
    if invoice["status"] != "paid":
        settle(call, at, invoice, subscription)
    return call.get(KIND, invoice["id"])


def check_payable(invoice: Json) -> None:
    if invoice["status"] == "paid":
        raise unexpected_state("Invoice is already paid", code="invoice_already_paid")
    if invoice["status"] == "void":
        raise unexpected_state("You cannot pay an invoice that is void.")


def settle(call: Call, at: Call, invoice: Json, subscription: Json) -> None:
    if call.params.get("paid_out_of_band"):
        invoice_opening.end_payment(at, invoice)
        invoice_outcome.settle(at, invoice)
        return
    method = method_for(call, invoice, subscription)
    payment = call.get("payment_intent", invoice["_payment_intent"])
    if payment["status"] == "processing":
        raise unexpected_state("This invoice's payment is in processing.", code="payment_intent_unexpected_state")
    intent.check_owner(method, payment)
    payment = collecting.charge(at, invoice, method, off_session=call.params.get("off_session", True))
    if payment["status"] == "requires_action":
        words = (
            "This payment requires additional user action before it can be completed successfully. Payment can be "
            "completed using the PaymentIntent associated with invoice."
        )
        code = "invoice_payment_intent_requires_action"
        raise StripeError(402, "card_error", words, code=code, kept=True, effects_stay=True)


def method_for(call: Call, invoice: Json, subscription: Json) -> Json:
    """The card named in the request, else the saved one. Raises StripeError 400 where there is none."""
    if call.given("payment_method"):
        return payment_method.for_use(call, call.params["payment_method"], "payment_method")
    method = invoice_opening.method_of(call, invoice, subscription)
    if method is None:
        words = "There is no `default_payment_method` set on this Customer or Invoice. Please set one to be used."
        raise unexpected_state(words)
    return method


def void(call: Call) -> Json:
    invoice = retrieve(call)
    return invoice_opening.void(frozen.at(call, invoice["customer"]), invoice)


def mark_uncollectible(call: Call) -> Json:
    invoice = retrieve(call)
    return invoice_opening.give_up(frozen.at(call, invoice["customer"]), invoice)


def lines(call: Call) -> Json:
    invoice = retrieve(call)
    return page(call, invoice["lines"]["data"], invoice["lines"]["url"])


def listed(call: Call) -> Json:
    """Filters: customer, status, subscription, created, collection_method."""
    found = matching(call.store.all(call.realm, KIND), call, "customer", "status", "collection_method")
    if call.given("subscription"):
        subscription = call.get(standing.KIND, call.params["subscription"], param="subscription")
        found = [one for one in found if one["parent"]["subscription_details"]["subscription"] == subscription["id"]]
    return page(call, found, "/v1/invoices")
