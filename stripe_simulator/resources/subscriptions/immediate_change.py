"""Changes of items that are invoiced at once: `proration_behavior=always_invoice`, and previews of such invoices."""

import copy

from stripe_simulator.api.call import Call
from stripe_simulator.errors import StripeError, invalid
from stripe_simulator.resources.billing import (
    credit_balance,
    customer_clock,
    invoice_collection,
    invoice_draft,
    invoice_finalization,
)
from stripe_simulator.resources.subscriptions import (
    pending_change,
    pending_expiry,
    proration,
    renewal,
    subscription_item,
    subscription_status,
)
from stripe_simulator.store import Json
from stripe_simulator.webhooks import events

# What a request may have beside these is refused, as Stripe does:
# docs.stripe.com/billing/subscriptions/pending-updates-reference
WITH_PENDING = frozenset(["expand", "items", "payment_behavior", "proration_behavior", "proration_date"])
PENDING = "pending_if_incomplete"
BEHAVIORS = (PENDING, "allow_incomplete", "error_if_incomplete")


def is_requested(call: Call) -> bool:
    """Whether the update changes items and wants the prorations invoiced."""
    return bool(call.params.get("items")) and call.params.get("proration_behavior") == "always_invoice"


def preview(call: Call) -> Json:
    """`POST /v1/invoices/create_preview`: the invoice that an update would make now. Nothing is stored."""
    if not call.param("subscription"):
        raise invalid("The simulator previews invoices of subscriptions only.", param="subscription")
    subscription = copy.deepcopy(call.get(subscription_status.KIND, call.params["subscription"], param="subscription"))
    details = call.params.get("subscription_details") or {}
    if details.get("proration_behavior") != "always_invoice" or not details.get("items"):
        message = "The simulator previews changes of items with proration_behavior=always_invoice only."
        raise invalid(message, param="subscription_details[proration_behavior]")
    at = customer_clock.at_customer_time(call, subscription["customer"])
    change = proration.change_of(at, subscription, details["items"], int(details.get("proration_date") or at.now))
    invoice = _draft(at, subscription)
    invoice["id"] = f"upcoming_{invoice['id']}"
    proration.fill(at, subscription, change, invoice)
    return credit_balance.show(at, invoice)


def update(call: Call, subscription: Json) -> None:
    """Invoice the change, charge the saved card, and apply it as `payment_behavior` says.

    With `pending_if_incomplete` an unpaid change waits: see `pending_change`. Raises StripeError.
    """
    behavior = call.params.get("payment_behavior", "allow_incomplete")
    _check(call, behavior)
    pending_expiry.clear(call, subscription)
    at = int(call.params.get("proration_date") or call.now)
    change = proration.change_of(call, subscription, call.params["items"], at)
    before = copy.deepcopy(subscription)
    invoice = _draft(call, subscription)
    proration.fill(call, subscription, change, invoice)
    subscription["latest_invoice"] = invoice["id"]
    if behavior == PENDING:
        pending_change.store(call, subscription, invoice, change.items, change.anchor)
    else:
        proration.apply(subscription, change)
        renewal.schedule_renewal(call, subscription)
    subscription_status.save_and_emit(call, subscription, before)
    plain = customer_clock.without_params(call, subscription["_base"])
    events.emit(plain, "invoice.created", plain.save(invoice))
    invoice_finalization.finalize_draft(plain, invoice, subscription)
    _collect(call, plain, invoice, subscription, behavior)


def _check(call: Call, behavior: str) -> None:
    if behavior not in BEHAVIORS:
        raise invalid(f"The simulator knows payment_behavior {', '.join(BEHAVIORS)} here.", param="payment_behavior")
    for name in sorted(set(call.params) - WITH_PENDING) if behavior == PENDING else ():
        raise invalid(f"`payment_behavior={PENDING}` doesn't support `{name}`.", param=name)


def _draft(call: Call, subscription: Json) -> Json:
    return invoice_draft.build(call, subscription, "subscription_update", subscription_item.period_of(subscription))


def _collect(call: Call, plain: Call, invoice: Json, subscription: Json, behavior: str) -> None:
    """Charge the saved card. What fails leaves the invoice open, or undoes all with `error_if_incomplete`."""
    method = invoice_finalization.default_method(plain, invoice, subscription)
    if invoice["status"] != "open" or method is None:
        return
    try:
        payment = invoice_collection.charge(plain, invoice, method, off_session=bool(call.params.get("off_session")))
    except StripeError as error:
        if behavior == "error_if_incomplete":
            error.keep_changes = False
        if not error.keep_changes:
            raise
        return
    if behavior == "error_if_incomplete" and payment["status"] == "requires_action":
        message = "Payment for this subscription requires additional user action before it can be completed."
        raise StripeError(402, "card_error", message, code="subscription_payment_intent_requires_action")
