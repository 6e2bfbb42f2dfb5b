"""One attempt to pay a payment intent with a card: authentication, then the charge."""

from stripe_simulator import cards, events
from stripe_simulator.call import Call
from stripe_simulator.declines import DECLINES, Decline
from stripe_simulator.resources import charge, intent, invoice_outcome, payment_method, processing, settling
from stripe_simulator.resources.attempt_errors import error_of, error_of_authentication
from stripe_simulator.store import Json


def attempt(call: Call, payment: Json, method: Json) -> None:
    """Confirms an intent with a card.

    The intent ends `succeeded`, `requires_capture`, `processing` or `requires_action`. Raises StripeError 402 with
    the intent in it when the card is declined.
    """
    off_session = bool(call.params.get("off_session", False))
    waits = not (off_session or call.params.get("error_on_requires_action"))
    go_on(call, payment, method, off_session=off_session, waits=waits)


def go_on(call: Call, payment: Json, method: Json, *, off_session: bool, waits: bool) -> None:
    """The attempt itself. `waits`: a bank that asks makes the intent wait for the buyer; otherwise it is a decline."""
    asked_already = payment["status"] == "requires_action"
    payment.update(payment_method=method["id"], next_action=None, last_payment_error=None)
    if not asks_the_bank(call, payment, method, off_session=off_session):
        settle(call, payment, method, authenticated=False)
    elif not waits:
        fail(call, payment, method, DECLINES["authentication_required"])
    else:
        payment.update(status="requires_action", next_action=intent.challenge(call, payment))
        call.save(payment)
        events.emit(call, "payment_intent.requires_action", payment)
        if not asked_already:
            invoice_outcome.action_required(call, payment)


def asks_the_bank(call: Call, payment: Json, method: Json, *, off_session: bool) -> bool:
    """Whether 3-D Secure comes first."""
    asks = payment_method.does(call, method).asks
    if asks == cards.OPTIONAL:
        wanted = (payment["payment_method_options"] or {}).get("card", {}).get("request_three_d_secure")
        return wanted in ("any", "challenge")
    if asks == cards.UNLESS_SET_UP:
        return not (method["_set_up"] and (off_session or method["customer"] is not None))
    return asks == cards.ALWAYS


def settle(call: Call, payment: Json, method: Json, *, authenticated: bool) -> None:
    """Charges the card. Raises StripeError 402 when the bank says no."""
    does = payment_method.does(call, method)
    if does.decline:
        fail(call, payment, method, DECLINES[does.decline], authenticated=authenticated)
    in_processing = payment.get(processing.OUTCOME) or does.processing
    if in_processing and payment["capture_method"] != "manual":
        processing.begin(call, payment, method, in_processing, authenticated=authenticated)
    else:
        made = charge.make(call, payment, method, authenticated=authenticated)
        settling.pay(call, payment, method, made)


def fail(call: Call, payment: Json, method: Json, decline: Decline, *, authenticated: bool = False) -> None:
    """A decline: a failed charge, the intent waits for another card, the request answers 402."""
    made = charge.make(call, payment, method, decline, authenticated=authenticated)
    settling.refuse(call, payment, method, made, decline)
    raise intent.card_error(call, payment, error_of(decline, method, made["id"]))


def not_authenticated(call: Call, payment: Json, method: Json) -> None:
    """The bank's check failed or was closed: nothing was charged, the intent waits for another try."""
    error = error_of_authentication("payment_intent_authentication_failure", method)
    payment.update(status="requires_payment_method", payment_method=None, next_action=None, last_payment_error=error)
    call.save(payment)
    events.emit(call, "payment_intent.payment_failed", payment)
    invoice_outcome.refused(call, payment)
