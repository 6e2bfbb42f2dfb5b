"""Payment intents: create, update, confirm, capture, cancel and list."""

from stripe_simulator import errors
from stripe_simulator.api.call import Call
from stripe_simulator.errors import StripeError, invalid
from stripe_simulator.resources.pagination import paginate_stored
from stripe_simulator.resources.payments import charge_result, intent, payment_intent_fields, processing
from stripe_simulator.resources.payments.payment_attempt import attempt
from stripe_simulator.store import Json, public_fields
from stripe_simulator.webhooks import events

KIND = "payment_intent"
OPEN = intent.OPEN
CANCELABLE = (*OPEN, "requires_capture", "processing")
UNSUPPORTED = frozenset(
    """application_fee_amount confirmation_token hooks mandate mandate_data on_behalf_of transfer_data""".split()
)
ONLY_WITH_CONFIRM = ("error_on_requires_action", "off_session", "return_url", "use_stripe_sdk")


def create(call: Call) -> Json:
    """Raises StripeError 400 for invalid amounts and currencies, 402 when confirmed and declined."""
    intent.reject_unsupported(call, UNSUPPORTED)
    for name in ONLY_WITH_CONFIRM:
        if name in call.params and not call.params.get("confirm"):
            message = (
                f"The parameter {name} cannot be passed when creating a PaymentIntent unless confirm is set to true."
            )
            raise invalid(message, param=name)
    payment = payment_intent_fields.build(call)
    payment_intent_fields.apply_params(call, payment)
    method = intent.method_from_request(call, payment)
    if method:
        intent.check_owner(method, payment)
        payment.update(payment_method=method["id"], status="requires_confirmation")
    call.save(payment)
    events.emit(call, "payment_intent.created", payment)
    if call.params.get("confirm"):
        confirm_with(call, payment)
    return payment


def retrieve(call: Call) -> Json:
    return intent.visible_fields(call, intent.find(call, KIND))


def update(call: Call) -> Json:
    intent.reject_unsupported(call, UNSUPPORTED)
    payment = intent.find(call, KIND)
    fixed_fields = {"amount", "currency", "customer", "payment_method", "payment_method_data"} & set(call.params)
    if fixed_fields and payment["status"] not in OPEN:
        name = sorted(fixed_fields)[0]
        raise wrong_status(
            call, payment, f"This PaymentIntent's {name} could not be updated because it has a status of"
        )
    payment_intent_fields.apply_params(call, payment)
    method = intent.method_from_request(call, payment)
    if method:
        intent.check_owner(method, payment)
        payment.update(payment_method=method["id"], status="requires_confirmation", next_action=None)
    return call.save(payment)


def confirm(call: Call) -> Json:
    """Confirm from a server or a browser. Raises StripeError 402 for a decline, 400 when it can't be confirmed any
    more.
    """
    intent.reject_unsupported(call, UNSUPPORTED)
    payment = intent.find(call, KIND)
    if payment["status"] == "succeeded":
        raise wrong_status(
            call,
            payment,
            "You cannot confirm this PaymentIntent because it has already succeeded after being previously confirmed.",
            complete=True,
        )
    if payment["status"] not in OPEN:
        raise wrong_status(call, payment, "You cannot confirm this PaymentIntent because it has a status of")
    payment_intent_fields.apply_params(call, payment)
    confirm_with(call, payment)
    return intent.visible_fields(call, payment)


def confirm_with(call: Call, payment: Json) -> None:
    """Confirm with the payment method in the request, else with the intent's own."""
    payment_intent_fields.check_chargeable(call, payment["amount"], payment["currency"])
    intent.check_return_url(call, payment)
    method = intent.method_from_request(call, payment)
    if method is None and payment["payment_method"]:
        method = call.get("payment_method", payment["payment_method"], param="payment_method")
    if method is None:
        message = (
            "You cannot confirm this PaymentIntent because it's missing a payment method. Update the PaymentIntent "
            "with a payment method and then confirm it again."
        )
        raise wrong_status(call, payment, message, complete=True)
    intent.check_owner(method, payment)
    attempt(call, payment, method)


def capture(call: Call) -> Json:
    """Capture the authorized amount or a part of it, in minor units."""
    payment = intent.find(call, KIND)
    if payment["status"] != "requires_capture":
        raise wrong_status(call, payment, "This PaymentIntent could not be captured because it has a status of")
    most: int = payment["amount_capturable"]
    amount: int = call.params.get("amount_to_capture", most)
    if not 1 <= amount <= most:
        raise invalid("The amount to capture exceeds what can be captured.", param="amount_to_capture")
    charge = call.get("charge", payment["latest_charge"])
    charge.update(captured=True, amount_captured=amount)
    events.emit(call, "charge.captured", call.save(charge))
    charge_result.receive_funds(call, payment, charge)
    return payment


def cancel(call: Call) -> Json:
    payment = intent.find(call, KIND)
    if payment.get("_invoice"):
        raise invalid("You cannot cancel the PaymentIntent of an invoice. Void the invoice instead.", param="intent")
    if payment["status"] not in CANCELABLE:
        raise wrong_status(call, payment, "You cannot cancel this PaymentIntent because it has a status of")
    processing.cancel(call, payment)
    payment.update(
        status="canceled",
        canceled_at=call.now,
        cancellation_reason=call.param("cancellation_reason"),
        amount_capturable=0,
        next_action=None,
    )
    events.emit(call, "payment_intent.canceled", call.save(payment))
    return payment


def wrong_status(call: Call, payment: Json, message: str, *, complete: bool = False) -> StripeError:
    """Return the error for a wrong status; it contains the intent. `complete` messages do not end with the status."""
    message = message if complete else f"{message} {payment['status']}."
    return errors.unexpected_state(
        message,
        code="payment_intent_unexpected_state",
        payment_intent=public_fields(intent.visible_fields(call, payment)),
    )


def list_all(call: Call) -> Json:
    return paginate_stored(call, KIND, "/v1/payment_intents", "customer")
