"""Collects invoices: Stripe's automatic attempts and requested payments."""

from stripe_simulator import account_settings
from stripe_simulator.api.call import Call
from stripe_simulator.errors import StripeError
from stripe_simulator.resources.billing import customer_clock, invoice_finalization, invoice_result
from stripe_simulator.resources.payments import payment_attempt
from stripe_simulator.resources.subscriptions import subscription_status
from stripe_simulator.store import Json


def finalize(call: Call, id_: str) -> bool:
    """Finalize a renewal's draft when its time has come; False if it is no draft any more or is not collected."""
    found = find_with_subscription(call, id_)
    if found is None or found[1]["status"] != "draft" or not found[1]["auto_advance"]:
        return False
    if account_settings.read(call.store, call.realm.account)["finalization_fails"]:
        invoice_finalization.fail(found[0], found[1])
    else:
        finalize_and_collect(*found)
    return True


def find_with_subscription(call: Call, id_: str) -> tuple[Call, Json, Json] | None:
    """Return the invoice and its subscription, with the call at the customer's own time."""
    invoice = call.store.find(call.realm, "invoice", id_)
    subscription = subscription_status.subscription_of_invoice(call, invoice) if invoice else None
    if invoice is None or subscription is None:
        return None
    clock_call = customer_clock.without_params(
        customer_clock.at_customer_time(call, invoice["customer"]), subscription["_base"]
    )
    return clock_call, invoice, subscription


def finalize_and_collect(call: Call, invoice: Json, subscription: Json) -> None:
    invoice_finalization.finalize_draft(call, invoice, subscription)
    if invoice["status"] == "open":
        collect(call, invoice, subscription)


def collect(call: Call, invoice: Json, subscription: Json) -> None:
    """Attempt an automatic payment with the saved card, off session: paid, declined, or waiting for authentication."""
    method = invoice_finalization.default_method(call, invoice, subscription)
    invoice[invoice_result.AUTOMATIC_FIELD] = True
    call.save(invoice)
    if method is None:
        invoice_result.attempt_failed(call, invoice)
        return
    try:
        charge(call, invoice, method, off_session=True)
    except StripeError as error:
        # The result is saved in the invoice and its payment intent.
        if not error.keep_changes:
            raise


def charge(call: Call, invoice: Json, method: Json, *, off_session: bool) -> Json:
    """Charge this card and return the payment intent. Raises StripeError 402 when it is declined."""
    payment = call.get("payment_intent", invoice["_payment_intent"])
    payment_attempt.run(call, payment, method, off_session=off_session, allow_action=True)
    return payment


def retry(call: Call, id_: str) -> bool:
    """Run the next automatic attempt; False if it is no longer needed."""
    found = find_with_subscription(call, id_)
    if found is None:
        return False
    clock_call, invoice, subscription = found
    due = invoice["next_payment_attempt"]
    if (
        invoice["status"] != "open"
        or due is None
        or due > clock_call.now
        or subscription["status"] not in subscription_status.COLLECTED_STATUSES
    ):
        return False
    invoice["next_payment_attempt"] = None
    collect(clock_call, invoice, subscription)
    return True
