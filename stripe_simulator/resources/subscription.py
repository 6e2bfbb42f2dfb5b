"""Subscriptions: begun, read, listed, cancelled."""

from stripe_simulator import events
from stripe_simulator.call import Call
from stripe_simulator.errors import StripeError, invalid, missing
from stripe_simulator.resources import (
    collecting,
    frozen,
    intent,
    invoice_draft,
    invoice_opening,
    renewal,
    setup_intent,
    standing,
    subscription_end,
    subscription_item,
    subscription_terms,
)
from stripe_simulator.resources.listing import in_time, matching, page
from stripe_simulator.store import Json

KIND = standing.KIND
OVER = ("canceled", "incomplete_expired")
HOUR = 60 * 60
# So long the first payment may take (docs.stripe.com/billing/subscriptions/overview).
FIRST_PAYMENT_WITHIN = 23 * HOUR


def create(call: Call) -> Json:
    """With its first invoice, paid or not as `payment_behavior` wants it.

    Raises StripeError 400 for what can't be, 402 with `error_if_incomplete`.
    """
    if not call.given("customer"):
        raise invalid("Missing required param: customer.", param="customer", code="parameter_missing")
    customer = call.get("customer", call.params["customer"], param="customer")
    at = frozen.at(call, customer["id"])
    subscription = at.save(subscription_terms.blank(at, customer))
    invoice = invoice_draft.of_subscription(at, subscription, "subscription_create", (at.now, at.now))
    subscription["latest_invoice"] = invoice["id"]
    ask_for_card(at, subscription, invoice)
    end_in_time(at, subscription)
    events.emit(at, "customer.subscription.created", at.save(subscription))
    invoice_opening.open_(at, invoice, subscription)
    if invoice["status"] == "open":
        at.plan("first_payment_is_over", subscription["id"], deadline=at.now + FIRST_PAYMENT_WITHIN)
        first_payment(at, invoice, subscription)
    renewal.plan(at, subscription)
    return at.get(KIND, subscription["id"])


def end_in_time(call: Call, subscription: Json) -> None:
    """`cancel_at` and `cancel_at_period_end` of a new subscription."""
    if "cancel_at" in call.params or "cancel_at_period_end" in call.params:
        subscription_end.plan(call, subscription, call.params.get("cancel_at"))


def ask_for_card(call: Call, subscription: Json, invoice: Json) -> None:
    """Where nothing is due yet and no card is there, a setup intent keeps one."""
    if invoice["amount_due"] or invoice_opening.method_of(call, invoice, subscription):
        return
    setup = setup_intent.blank(frozen.by_itself(call))
    setup.update(automatic_payment_methods=None, customer=subscription["customer"], _subscription=subscription["id"])
    events.emit(call, "setup_intent.created", call.save(setup))
    subscription["pending_setup_intent"] = setup["id"]


def first_payment(call: Call, invoice: Json, subscription: Json) -> None:
    """Left to the browser (`default_incomplete`), or tried at once with the saved card."""
    behavior = call.params.get("payment_behavior", "allow_incomplete")
    if behavior == "pending_if_incomplete":
        raise invalid("payment_behavior=pending_if_incomplete is for updates only.", param="payment_behavior")
    if behavior == "default_incomplete":
        return
    method = invoice_opening.method_of(call, invoice, subscription)
    if method is None:
        words = (
            "This customer has no attached payment source or default payment method. Please consider adding a default "
            "payment method."
        )
        raise invalid(words, code="resource_missing")
    by_itself, off_session = frozen.by_itself(call), bool(call.params.get("off_session"))
    try:
        payment = collecting.charge(by_itself, invoice, method, off_session=off_session)
    except StripeError as error:
        if behavior == "error_if_incomplete":
            error.effects_stay = False
        if not error.effects_stay:
            raise
        return
    if behavior == "error_if_incomplete" and payment["status"] == "requires_action":
        words = "Payment for this subscription requires additional user action before it can be completed successfully."
        raise StripeError(402, "card_error", words, code="subscription_payment_intent_requires_action")


def first_payment_is_over(call: Call, id_: str) -> bool:
    """23 hours have passed: the subscription is lost for good, its invoice void."""
    subscription = call.store.find(call.realm, KIND, id_)
    if subscription is None or subscription["status"] != "incomplete":
        return False
    at = frozen.at(call, subscription["customer"])
    # Voiding its first invoice is what makes it incomplete_expired.
    invoice_opening.void(at, at.get("invoice", subscription["latest_invoice"]))
    return True


def retrieve(call: Call) -> Json:
    return call.get(KIND, call.ids["id"])


def alive(call: Call) -> tuple[Call, Json]:
    """A subscription that isn't over, with the request at its customer's own time. Raises StripeError 404."""
    subscription = retrieve(call)
    if subscription["status"] in OVER:
        raise missing(KIND, subscription["id"], param="id")
    return frozen.at(call, subscription["customer"]), subscription


def cancel(call: Call) -> Json:
    """Now. Raises StripeError 404 when it is over already, 400 for an invoice or a proration on the way out."""
    at, subscription = alive(call)
    intent.refuse_unsimulated(call, frozenset(name for name in ("invoice_now", "prorate") if call.params.get(name)))
    note_details(subscription, call.given("cancellation_details"))
    waited = subscription["status"] == "incomplete"
    subscription_end.end(at, subscription, "cancellation_requested")
    if waited:
        invoice_opening.void(at, at.get("invoice", subscription["latest_invoice"]))
    return subscription


def note_details(subscription: Json, given: Json | None) -> None:
    known = {name: value or None for name, value in (given or {}).items() if name in ("comment", "feedback")}
    subscription["cancellation_details"].update(known)


def resume(call: Call) -> Json:
    """A paused one goes on with a period that begins now. Raises StripeError 400 when it isn't paused."""
    at, subscription = alive(call)
    if subscription["status"] != "paused":
        words = f"You cannot resume a subscription with a status of {subscription['status']}; only a paused one."
        raise invalid(words, param="subscription")
    renewal.resume(frozen.by_itself(at), subscription)
    return at.get(KIND, subscription["id"])


def listed(call: Call) -> Json:
    """Filters: customer, price, status (without one: all that aren't canceled), created, current_period_…"""
    found = matching(call.store.all(call.realm, KIND), call, "customer", "collection_method", "test_clock")
    found = [one for one in found if has_status(one, call.given("status"))]
    if call.given("price"):
        found = [one for one in found if call.params["price"] in [item["price"]["id"] for item in one["items"]["data"]]]
    for index, name in enumerate(("current_period_start", "current_period_end")):
        wanted = call.params.get(name)
        found = [one for one in found if in_time({"created": subscription_item.period_of(one)[index]}, wanted)]
    return page(call, found, "/v1/subscriptions")


def has_status(subscription: Json, wanted: str | None) -> bool:
    if wanted == "all":
        return True
    if wanted == "ended":
        return subscription["status"] in OVER
    return bool(subscription["status"] == wanted if wanted else subscription["status"] != "canceled")
