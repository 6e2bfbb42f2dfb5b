"""Subscriptions: create, retrieve, list, cancel and resume."""

from stripe_simulator.api.call import Call
from stripe_simulator.errors import StripeError, invalid, missing
from stripe_simulator.resources.billing import customer_clock, invoice_collection, invoice_draft, invoice_finalization
from stripe_simulator.resources.pagination import matches_time, paginate_stored
from stripe_simulator.resources.payments import intent, setup_intent
from stripe_simulator.resources.subscriptions import (
    cancellation,
    renewal,
    resumption,
    subscription_fields,
    subscription_item,
    subscription_status,
)
from stripe_simulator.store import Json
from stripe_simulator.webhooks import events

KIND = subscription_status.KIND
ENDED = ("canceled", "incomplete_expired")
HOUR = 60 * 60
# The time limit of the first payment (docs.stripe.com/billing/subscriptions/overview).
FIRST_PAYMENT_WITHIN = 23 * HOUR


def create(call: Call) -> Json:
    """Create a subscription with its first invoice, paid or open depending on `payment_behavior`.

    Raises StripeError 400 for invalid parameters, 402 with `error_if_incomplete`.
    """
    if not call.param("customer"):
        raise invalid("Missing required param: customer.", param="customer", code="parameter_missing")
    customer = call.get("customer", call.params["customer"], param="customer")
    clock_call = customer_clock.at_customer_time(call, customer["id"])
    subscription = clock_call.save(subscription_fields.build(clock_call, customer))
    invoice = invoice_draft.create_draft(
        clock_call, subscription, "subscription_create", (clock_call.now, clock_call.now)
    )
    subscription["latest_invoice"] = invoice["id"]
    create_pending_setup_intent(clock_call, subscription, invoice)
    apply_cancellation(clock_call, subscription)
    events.emit(clock_call, "customer.subscription.created", clock_call.save(subscription))
    invoice_finalization.finalize_draft(clock_call, invoice, subscription)
    if invoice["status"] == "open":
        clock_call.schedule("first_payment_is_over", subscription["id"], deadline=clock_call.now + FIRST_PAYMENT_WITHIN)
        attempt_first_payment(clock_call, invoice, subscription)
    renewal.schedule_renewal(clock_call, subscription)
    return clock_call.get(KIND, subscription["id"])


def apply_cancellation(call: Call, subscription: Json) -> None:
    """Apply `cancel_at` and `cancel_at_period_end` of a new subscription."""
    if "cancel_at" in call.params or "cancel_at_period_end" in call.params:
        cancellation.schedule_cancellation(call, subscription, call.params.get("cancel_at"))


def create_pending_setup_intent(call: Call, subscription: Json, invoice: Json) -> None:
    """Create a setup intent that saves a card, if nothing is due yet and there is no card."""
    if invoice["amount_due"] or invoice_finalization.default_method(call, invoice, subscription):
        return
    setup = setup_intent.build(customer_clock.without_params(call))
    types = intent.accepted_types(call, subscription["payment_settings"]["payment_method_types"])
    setup.update(automatic_payment_methods=None, payment_method_types=types)
    setup.update(customer=subscription["customer"], _subscription=subscription["id"])
    events.emit(call, "setup_intent.created", call.save(setup))
    subscription["pending_setup_intent"] = setup["id"]


def attempt_first_payment(call: Call, invoice: Json, subscription: Json) -> None:
    """Leave the first payment to the browser (`default_incomplete`), or attempt it with the saved card."""
    behavior = call.params.get("payment_behavior", "allow_incomplete")
    if behavior == "pending_if_incomplete":
        raise invalid("payment_behavior=pending_if_incomplete is for updates only.", param="payment_behavior")
    if behavior == "default_incomplete":
        return
    method = invoice_finalization.default_method(call, invoice, subscription)
    if method is None:
        message = (
            "This customer has no attached payment source or default payment method. Please consider adding a default "
            "payment method."
        )
        raise invalid(message, code="resource_missing")
    by_itself, off_session = customer_clock.without_params(call), bool(call.params.get("off_session"))
    try:
        payment = invoice_collection.charge(by_itself, invoice, method, off_session=off_session)
    except StripeError as error:
        if behavior == "error_if_incomplete":
            error.keep_changes = False
        if not error.keep_changes:
            raise
        return
    if behavior == "error_if_incomplete" and payment["status"] == "requires_action":
        message = (
            "Payment for this subscription requires additional user action before it can be completed successfully."
        )
        raise StripeError(402, "card_error", message, code="subscription_payment_intent_requires_action")


def expire_first_payment(call: Call, id_: str) -> bool:
    """Expire the subscription after 23 hours without the first payment."""
    subscription = call.store.find(call.realm, KIND, id_)
    if subscription is None or subscription["status"] != "incomplete":
        return False
    clock_call = customer_clock.at_customer_time(call, subscription["customer"])
    # Voiding the first invoice makes the subscription incomplete_expired.
    invoice_finalization.void(clock_call, clock_call.get("invoice", subscription["latest_invoice"]))
    return True


def retrieve(call: Call) -> Json:
    return call.get(KIND, call.ids["id"])


def find_running(call: Call) -> tuple[Call, Json]:
    """Return a subscription that has not ended, with the call at its customer's own time. Raises StripeError 404."""
    subscription = retrieve(call)
    if subscription["status"] in ENDED:
        raise missing(KIND, subscription["id"], param="id")
    return customer_clock.at_customer_time(call, subscription["customer"]), subscription


def cancel(call: Call) -> Json:
    """Cancel now. Raises StripeError 404 when it has ended, 400 when a final invoice or proration is requested."""
    clock_call, subscription = find_running(call)
    intent.reject_unsupported(call, frozenset(name for name in ("invoice_now", "prorate") if call.params.get(name)))
    save_cancellation_details(subscription, call.param("cancellation_details"))
    was_incomplete = subscription["status"] == "incomplete"
    cancellation.cancel_now(clock_call, subscription, "cancellation_requested")
    if was_incomplete:
        invoice_finalization.void(clock_call, clock_call.get("invoice", subscription["latest_invoice"]))
    return subscription


def save_cancellation_details(subscription: Json, given: Json | None) -> None:
    known = {name: value or None for name, value in (given or {}).items() if name in ("comment", "feedback")}
    subscription["cancellation_details"].update(known)


def resume(call: Call) -> Json:
    """Resume a paused subscription with a period that starts now: see `resumption`.

    Raises StripeError 400 when it isn't paused.
    """
    clock_call, subscription = find_running(call)
    if subscription["status"] != "paused":
        message = f"You cannot resume a subscription with a status of {subscription['status']}; only a paused one."
        raise invalid(message, param="subscription")
    intent.reject_unsupported(call, frozenset(["billing_cycle_anchor", "proration_behavior", "proration_date"]))
    behavior = call.params.get("payment_behavior", resumption.ON_ATTEMPT)
    if behavior not in resumption.BEHAVIORS:
        raise invalid(f"Invalid payment_behavior: {behavior}", param="payment_behavior")
    resumption.resume(customer_clock.without_params(clock_call), subscription, behavior)
    return clock_call.get(KIND, subscription["id"])


def list_all(call: Call) -> Json:
    """Filters: customer, price, status (default: all except canceled), created, current_period_…"""
    status = call.param("status")
    return paginate_stored(
        call,
        KIND,
        "/v1/subscriptions",
        *("customer", "collection_method", "test_clock"),
        equal={} if status in (None, "all", "ended") else {"status": status},
        keep=lambda one: is_listed(call, one),
    )


def is_listed(call: Call, subscription: Json) -> bool:
    """Whether the filters status, price and current_period_… include the subscription."""
    items = [item["price"]["id"] for item in subscription["items"]["data"]]
    if call.param("price") and call.params["price"] not in items:
        return False
    period = zip(("current_period_start", "current_period_end"), subscription_item.period_of(subscription), strict=True)
    return has_status(subscription, call.param("status")) and all(
        matches_time({"created": moment}, call.params.get(name)) for name, moment in period
    )


def has_status(subscription: Json, wanted: str | None) -> bool:
    if wanted == "all":
        return True
    if wanted == "ended":
        return subscription["status"] in ENDED
    return bool(subscription["status"] == wanted if wanted else subscription["status"] != "canceled")
