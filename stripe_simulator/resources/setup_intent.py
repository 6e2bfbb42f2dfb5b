"""Setup intents: a card is checked with the bank and kept for later; nothing is charged."""

from stripe_simulator import cards, errors, events
from stripe_simulator.call import Call
from stripe_simulator.declines import DECLINES
from stripe_simulator.errors import StripeError
from stripe_simulator.ids import client_secret, new_id
from stripe_simulator.resources import intent, payment_method, pending_setup, setup_attempt
from stripe_simulator.resources.attempt_errors import error_of, error_of_authentication
from stripe_simulator.resources.listing import matching, page
from stripe_simulator.resources.metadata import merged
from stripe_simulator.store import Json, public

KIND = "setup_intent"
OPEN = intent.OPEN
NOT_SIMULATED = frozenset(
    ["attach_to_self", "confirmation_token", "flow_directions", "mandate_data", "on_behalf_of", "single_use"]
)


def create(call: Call) -> Json:
    intent.refuse_unsimulated(call, NOT_SIMULATED)
    if call.realm.livemode and not call.realm.account.charges_enabled:
        raise errors.unexpected_state("Your account cannot currently make live charges.", code="account_invalid")
    setup = blank(call)
    change(call, setup)
    method = intent.chosen_method(call, setup)
    if method:
        intent.check_owner(method, setup)
        setup.update(payment_method=method["id"], status="requires_confirmation")
    call.save(setup)
    events.emit(call, "setup_intent.created", setup)
    if call.params.get("confirm"):
        confirm_with(call, setup)
    return setup


def blank(call: Call) -> Json:
    id_ = new_id("seti", call.realm.account.id)
    return {
        "id": id_,
        "object": KIND,
        **intent.methods_offered(call),
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


def change(call: Call, setup: Json) -> None:
    intent.change_offer(call, setup)
    if call.given("customer"):
        setup["customer"] = call.get("customer", call.params["customer"], param="customer")["id"]
    if "description" in call.params:
        setup["description"] = call.given("description")
    setup["metadata"] = merged(setup["metadata"], call.params.get("metadata"))


def retrieve(call: Call) -> Json:
    return intent.shown(call, intent.find(call, KIND))


def update(call: Call) -> Json:
    setup = intent.find(call, KIND)
    change(call, setup)
    method = intent.chosen_method(call, setup)
    if method:
        intent.check_owner(method, setup)
        setup.update(payment_method=method["id"], status="requires_confirmation")
    return call.save(setup)


def confirm(call: Call) -> Json:
    intent.refuse_unsimulated(call, NOT_SIMULATED)
    setup = intent.find(call, KIND)
    if setup["status"] not in OPEN:
        raise wrong_status(
            call, setup, f"You cannot confirm this SetupIntent because it has a status of {setup['status']}."
        )
    confirm_with(call, setup)
    return intent.shown(call, setup)


def confirm_with(call: Call, setup: Json) -> None:
    """Raises StripeError 402 with the intent in it when the card can't be kept."""
    intent.check_return_url(call, setup)
    method = intent.chosen_method(call, setup)
    if method is None and setup["payment_method"]:
        method = call.get("payment_method", setup["payment_method"], param="payment_method")
    if method is None:
        raise wrong_status(call, setup, "You cannot confirm this SetupIntent because it's missing a payment method.")
    intent.check_owner(method, setup)
    setup.update(payment_method=method["id"], next_action=None, last_setup_error=None)
    setup_attempt.begin(call, setup, method)
    if payment_method.does(call, method).asks in (cards.ALWAYS, cards.UNLESS_SET_UP):
        setup.update(status="requires_action", next_action=intent.challenge(call, setup))
        setup_attempt.go_on(call, setup, "requires_action")
        events.emit(call, "setup_intent.requires_action", call.save(setup))
    else:
        settle(call, setup, method)


def settle(call: Call, setup: Json, method: Json) -> None:
    """Keeps the card, or says why the bank won't have it."""
    card = payment_method.does(call, method)
    if card.decline and not card.saves:
        error = error_of(DECLINES[card.decline], method)
        refuse(call, setup, error)
        raise intent.card_error(call, setup, error)
    method["_set_up"] = True
    call.save(method)
    if setup["customer"]:
        payment_method.put_on(call, method, setup["customer"])
    setup.update(status="succeeded", next_action=None, last_setup_error=None)
    setup_attempt.go_on(call, setup, "succeeded")
    events.emit(call, "setup_intent.succeeded", call.save(setup))
    pending_setup.succeeded(call, setup, method)


def not_authenticated(call: Call, setup: Json, method: Json) -> None:
    """The bank's check failed or was closed."""
    refuse(call, setup, error_of_authentication("setup_intent_authentication_failure", method))


def refuse(call: Call, setup: Json, error: Json) -> None:
    setup_attempt.go_on(call, setup, "failed", error)
    setup.update(status="requires_payment_method", payment_method=None, next_action=None, last_setup_error=error)
    events.emit(call, "setup_intent.setup_failed", call.save(setup))


def cancel(call: Call) -> Json:
    setup = intent.find(call, KIND)
    if setup["status"] not in OPEN:
        raise wrong_status(
            call, setup, f"You cannot cancel this SetupIntent because it has a status of {setup['status']}."
        )
    setup.update(status="canceled", cancellation_reason=call.given("cancellation_reason"), next_action=None)
    events.emit(call, "setup_intent.canceled", call.save(setup))
    return setup


def wrong_status(call: Call, setup: Json, words: str) -> StripeError:
    return errors.unexpected_state(
        words, code="setup_intent_unexpected_state", setup_intent=public(intent.shown(call, setup))
    )


def listed(call: Call) -> Json:
    found = matching(call.store.all(call.realm, KIND), call, "customer", "payment_method")
    return page(call, found, "/v1/setup_intents")
