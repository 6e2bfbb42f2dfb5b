"""Setup intents: check a card with the bank and save it without charging it."""

from stripe_simulator import errors
from stripe_simulator.api.call import Call
from stripe_simulator.cards import test_cards
from stripe_simulator.cards.declines import DECLINES
from stripe_simulator.errors import StripeError
from stripe_simulator.ids import client_secret, new_id
from stripe_simulator.resources.metadata import merge_metadata
from stripe_simulator.resources.pagination import paginate_stored
from stripe_simulator.resources.payments import intent, payment_method, setup_attempt
from stripe_simulator.resources.payments.attempt_errors import authentication_error, decline_error
from stripe_simulator.resources.subscriptions import pending_setup_intent
from stripe_simulator.store import Json, public_fields
from stripe_simulator.webhooks import events

KIND = "setup_intent"
OPEN = intent.OPEN
UNSUPPORTED = frozenset(
    ["attach_to_self", "confirmation_token", "flow_directions", "mandate_data", "on_behalf_of", "single_use"]
)


def create(call: Call) -> Json:
    intent.reject_unsupported(call, UNSUPPORTED)
    if call.realm.account.refuses_charges(livemode=call.realm.livemode):
        raise errors.unexpected_state("Your account cannot currently make live charges.", code="account_invalid")
    setup = build(call)
    apply_params(call, setup)
    method = intent.method_from_request(call, setup)
    if method:
        intent.check_owner(method, setup)
        setup.update(payment_method=method["id"], status="requires_confirmation")
    call.save(setup)
    events.emit(call, "setup_intent.created", setup)
    if call.params.get("confirm"):
        confirm_with(call, setup)
    return setup


def build(call: Call) -> Json:
    id_ = new_id("seti", call.realm.account.id)
    return {
        "id": id_,
        "object": KIND,
        **intent.payment_method_fields(call),
        "application": None,
        "cancellation_reason": None,
        "client_secret": client_secret(id_),
        "created": call.now,
        "customer": None,
        "customer_account": None,
        "description": None,
        "flow_directions": None,
        "last_setup_error": None,
        "latest_attempt": None,
        "livemode": call.realm.livemode,
        "mandate": None,
        "metadata": {},
        "next_action": None,
        "on_behalf_of": None,
        "payment_method": None,
        "payment_method_configuration_details": None,
        "payment_method_options": {
            "card": {"mandate_options": None, "network": None, "request_three_d_secure": "automatic"}
        },
        "single_use_mandate": None,
        "status": "requires_payment_method",
        "usage": call.params.get("usage", "off_session"),
    }


def apply_params(call: Call, setup: Json) -> None:
    intent.update_payment_method_fields(call, setup)
    if call.param("customer"):
        setup["customer"] = call.get("customer", call.params["customer"], param="customer")["id"]
    if "description" in call.params:
        setup["description"] = call.param("description")
    setup["metadata"] = merge_metadata(setup["metadata"], call.params.get("metadata"))


def retrieve(call: Call) -> Json:
    return intent.visible_fields(call, intent.find(call, KIND))


def update(call: Call) -> Json:
    setup = intent.find(call, KIND)
    apply_params(call, setup)
    method = intent.method_from_request(call, setup)
    if method:
        intent.check_owner(method, setup)
        setup.update(payment_method=method["id"], status="requires_confirmation")
    return call.save(setup)


def confirm(call: Call) -> Json:
    intent.reject_unsupported(call, UNSUPPORTED)
    setup = intent.find(call, KIND)
    if setup["status"] not in OPEN:
        raise wrong_status(
            call, setup, f"You cannot confirm this SetupIntent because it has a status of {setup['status']}."
        )
    confirm_with(call, setup)
    return intent.visible_fields(call, setup)


def confirm_with(call: Call, setup: Json) -> None:
    """Raises StripeError 402 with the intent in it when the card can't be saved."""
    intent.check_return_url(call, setup)
    method = intent.method_from_request(call, setup)
    if method is None and setup["payment_method"]:
        method = call.get("payment_method", setup["payment_method"], param="payment_method")
    if method is None:
        raise wrong_status(call, setup, "You cannot confirm this SetupIntent because it's missing a payment method.")
    intent.check_owner(method, setup)
    setup.update(payment_method=method["id"], next_action=None, last_setup_error=None)
    setup_attempt.begin(call, setup, method)
    if payment_method.behavior_of(call, method).three_d_secure in (test_cards.ALWAYS, test_cards.UNLESS_SET_UP):
        setup.update(status="requires_action", next_action=intent.challenge_action(call, setup))
        setup_attempt.update_status(call, setup, "requires_action")
        events.emit(call, "setup_intent.requires_action", call.save(setup))
    else:
        complete(call, setup, method)


def complete(call: Call, setup: Json, method: Json) -> None:
    """Save the card. Raises StripeError 402 if the bank refuses."""
    card = payment_method.behavior_of(call, method)
    if card.decline and not card.can_be_saved:
        error = decline_error(DECLINES[card.decline], method)
        fail(call, setup, error)
        raise intent.card_error(call, setup, error)
    method["_set_up"] = True
    call.save(method)
    if setup["customer"]:
        payment_method.attach_to(call, method, setup["customer"])
    setup.update(status="succeeded", next_action=None, last_setup_error=None)
    setup_attempt.update_status(call, setup, "succeeded")
    events.emit(call, "setup_intent.succeeded", call.save(setup))
    pending_setup_intent.setup_succeeded(call, setup, method)


def fail_authentication(call: Call, setup: Json, method: Json) -> None:
    """Handle a failed or closed 3-D Secure check."""
    fail(call, setup, authentication_error("setup_intent_authentication_failure", method))


def fail(call: Call, setup: Json, error: Json) -> None:
    setup_attempt.update_status(call, setup, "failed", error)
    setup.update(status="requires_payment_method", payment_method=None, next_action=None, last_setup_error=error)
    events.emit(call, "setup_intent.setup_failed", call.save(setup))


def cancel(call: Call) -> Json:
    setup = intent.find(call, KIND)
    if setup["status"] not in OPEN:
        raise wrong_status(
            call, setup, f"You cannot cancel this SetupIntent because it has a status of {setup['status']}."
        )
    setup.update(status="canceled", cancellation_reason=call.param("cancellation_reason"), next_action=None)
    events.emit(call, "setup_intent.canceled", call.save(setup))
    return setup


def wrong_status(call: Call, setup: Json, message: str) -> StripeError:
    return errors.unexpected_state(
        message, code="setup_intent_unexpected_state", setup_intent=public_fields(intent.visible_fields(call, setup))
    )


def list_all(call: Call) -> Json:
    return paginate_stored(call, KIND, "/v1/setup_intents", "customer", "payment_method")
