"""Payment intents: made, changed, confirmed, captured, cancelled, listed."""

from stripe_simulator import errors, events
from stripe_simulator.call import Call
from stripe_simulator.errors import StripeError, invalid
from stripe_simulator.resources import intent, payment_terms, settling
from stripe_simulator.resources.listing import matching, page
from stripe_simulator.resources.payment_attempt import attempt
from stripe_simulator.store import Json, public

KIND = "payment_intent"
OPEN = intent.OPEN
# Stripe lets one in processing be cancelled in rare cases only; a shop had better not count on it.
CANCELABLE = (*OPEN, "requires_capture")
NOT_SIMULATED = frozenset(
    """application_fee_amount confirmation_token hooks mandate mandate_data on_behalf_of transfer_data""".split()
)
ONLY_WITH_CONFIRM = ("error_on_requires_action", "off_session", "return_url", "use_stripe_sdk")


def create(call: Call) -> Json:
    """Raises StripeError 400 for amounts and currencies that can't be charged, 402 when confirmed and declined."""
    intent.refuse_unsimulated(call, NOT_SIMULATED)
    for name in ONLY_WITH_CONFIRM:
        if name in call.params and not call.params.get("confirm"):
            words = (
                f"The parameter {name} cannot be passed when creating a PaymentIntent unless confirm is set to true."
            )
            raise invalid(words, param=name)
    payment = payment_terms.blank(call)
    payment_terms.change(call, payment)
    method = intent.chosen_method(call, payment)
    if method:
        intent.check_owner(method, payment)
        payment.update(payment_method=method["id"], status="requires_confirmation")
    call.save(payment)
    events.emit(call, "payment_intent.created", payment)
    if call.params.get("confirm"):
        confirm_with(call, payment)
    return payment


def retrieve(call: Call) -> Json:
    return intent.shown(call, intent.find(call, KIND))


def update(call: Call) -> Json:
    intent.refuse_unsimulated(call, NOT_SIMULATED)
    payment = intent.find(call, KIND)
    frozen = {"amount", "currency", "customer", "payment_method", "payment_method_data"} & set(call.params)
    if frozen and payment["status"] not in OPEN:
        name = sorted(frozen)[0]
        raise wrong_status(
            call, payment, f"This PaymentIntent's {name} could not be updated because it has a status of"
        )
    payment_terms.change(call, payment)
    method = intent.chosen_method(call, payment)
    if method:
        intent.check_owner(method, payment)
        payment.update(payment_method=method["id"], status="requires_confirmation", next_action=None)
    return call.save(payment)


def confirm(call: Call) -> Json:
    """From a server or a browser. Raises StripeError 402 for a decline, 400 when it can't be confirmed any more."""
    intent.refuse_unsimulated(call, NOT_SIMULATED)
    payment = intent.find(call, KIND)
    if payment["status"] == "succeeded":
        raise wrong_status(
            call,
            payment,
            "You cannot confirm this PaymentIntent because it has already succeeded after being previously confirmed.",
            ends=True,
        )
    if payment["status"] not in OPEN:
        raise wrong_status(call, payment, "You cannot confirm this PaymentIntent because it has a status of")
    payment_terms.change(call, payment)
    confirm_with(call, payment)
    return intent.shown(call, payment)


def confirm_with(call: Call, payment: Json) -> None:
    """Confirms with the method the request brings, else with the intent's own."""
    payment_terms.check_chargeable(call, payment["amount"], payment["currency"])
    intent.check_return_url(call, payment)
    method = intent.chosen_method(call, payment)
    if method is None and payment["payment_method"]:
        method = call.get("payment_method", payment["payment_method"], param="payment_method")
    if method is None:
        words = (
            "You cannot confirm this PaymentIntent because it's missing a payment method. Update the PaymentIntent "
            "with a payment method and then confirm it again."
        )
        raise wrong_status(call, payment, words, ends=True)
    intent.check_owner(method, payment)
    attempt(call, payment, method)


def capture(call: Call) -> Json:
    """Takes what was authorised, or less of it."""
    payment = intent.find(call, KIND)
    if payment["status"] != "requires_capture":
        raise wrong_status(call, payment, "This PaymentIntent could not be captured because it has a status of")
    most: int = payment["amount_capturable"]
    amount: int = call.params.get("amount_to_capture", most)
    if not 1 <= amount <= most:
        raise invalid("The amount to capture exceeds what can be captured.", param="amount_to_capture")
    made = call.get("charge", payment["latest_charge"])
    made.update(captured=True, amount_captured=amount)
    events.emit(call, "charge.captured", call.save(made))
    settling.receive(call, payment, made)
    return payment


def cancel(call: Call) -> Json:
    payment = intent.find(call, KIND)
    if payment.get("_invoice"):
        raise invalid("You cannot cancel the PaymentIntent of an invoice. Void the invoice instead.", param="intent")
    if payment["status"] not in CANCELABLE:
        raise wrong_status(call, payment, "You cannot cancel this PaymentIntent because it has a status of")
    payment.update(
        status="canceled",
        canceled_at=call.now,
        cancellation_reason=call.given("cancellation_reason"),
        amount_capturable=0,
        next_action=None,
    )
    events.emit(call, "payment_intent.canceled", call.save(payment))
    return payment


def wrong_status(call: Call, payment: Json, words: str, *, ends: bool = False) -> StripeError:
    """The intent has gone on, or not far enough; it comes along in the error."""
    message = words if ends else f"{words} {payment['status']}."
    return errors.unexpected_state(
        message, code="payment_intent_unexpected_state", payment_intent=public(intent.shown(call, payment))
    )


def listed(call: Call) -> Json:
    found = matching(call.store.all(call.realm, KIND), call, "customer")
    return page(call, found, "/v1/payment_intents")
