"""Webhooks: why an event of Stripe was refused or failed, and what became of events for other programs."""

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from flask_babel import format_timedelta
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from storefront.integrations import DeliveryProblem
from storefront.merchants import EndpointProblem
from storefront.models import DeliveryState, EventType, Merchant, WebhookDelivery, WebhookEvent
from storefront.webhooks import delivery_delay

REFUSALS: Mapping[str, Any] = {
    "signature": _l(
        "Wrong signature. The signing secret entered here doesn’t match the one in Stripe, or the request "
        "wasn’t sent by Stripe."
    ),
    "age": _l("The signature was too old. This server’s clock may be wrong, or an old request was sent again."),
    "mode": _l("Wrong mode: a test event was sent to live keys, or the reverse."),
    "size": _l("The request was too large for a Stripe event."),
    "content": _l("The request wasn’t a Stripe event."),
    "unreadable": _l(
        "The stored signing secret can’t be decrypted with the current ENCRYPTION_KEYS. Stripe will send the "
        "event again."
    ),
    "unknown": _l("No connected account has this webhook address."),
}

IGNORED: Mapping[str, Any] = {
    "ping": _l("Test ping from Stripe."),
    "thin": _l("A thin event, which this shop doesn’t use."),
    "type": _l("An event type that this shop doesn’t use."),
    "mode": _l("Wrong mode: a test event was sent to live keys, or the reverse."),
    "account": _l("An event from another Stripe account."),
}

ENDPOINT_PROBLEMS: Mapping[str, Any] = {
    EndpointProblem.MISSING: _l(
        "Stripe no longer has a webhook for this shop: it was deleted, or a copy of the shop replaced it."
    ),
    EndpointProblem.DISABLED: _l("The webhook is disabled in Stripe."),
    EndpointProblem.ADDRESS: _l("The webhook in Stripe has a different address than this shop."),
    EndpointProblem.EVENTS: _l("The webhook in Stripe doesn’t send all events that the shop needs."),
    EndpointProblem.VERSION: _l("The webhook in Stripe uses a different API version than the shop."),
}

PROBLEMS: Mapping[str, Any] = {
    "StripeUnreachable": _l("Couldn’t reach Stripe."),
    "StripeBroken": _l("Stripe returned an error."),
    "StripeBusy": _l("Stripe is busy. Try again in a minute."),
    "StripeKeyInvalid": _l("Stripe no longer accepts the secret key."),
    "StripePermissionMissing": _l("The restricted key doesn’t have permission to read the object of this event."),
    "StripeNotFound": _l("The object no longer exists in Stripe."),
    "payment_not_recorded": _l("The shop hasn’t recorded the payment of this event yet."),
    "StripeRefused": _l("Stripe rejected the request."),
}


def webhook_refusal(reason: str) -> str:
    """Why a delivery was refused."""
    return str(REFUSALS.get(reason, reason))


def ignored_delivery(reason: str) -> str:
    """Why a signed delivery is not for the shop."""
    return str(IGNORED.get(reason, reason))


def endpoint_problem(merchant: Merchant) -> str:
    """What is wrong with a merchant's endpoint at Stripe, and what to do; "" if nothing is wrong."""
    if not merchant.endpoint_problem:
        return ""
    meanwhile = _("Until then, the shop fetches all events from Stripe every minute.")
    if merchant.endpoint_problem == EndpointProblem.ELSEWHERE:
        found = _("The webhook in Stripe belongs to another address: %(address)s.", address=merchant.webhook_url)
        choice = _(
            "If the shop has moved here, take over the webhook. If this is a copy, leave the webhook as it is: "
            "the other shop needs it."
        )
        return f"{found} {choice} {meanwhile}"
    found = str(ENDPOINT_PROBLEMS[merchant.endpoint_problem])
    advice = _("Correct it in Stripe.") if merchant.webhook_by_hand else _("Register it again on the webhook page.")
    return f"{found} {advice} {meanwhile}"


def webhook_event_problem(event: WebhookEvent) -> str:
    """Why an event could not be handled yet."""
    return str(PROBLEMS.get(event.problem) or event.problem)


def webhook_delivery_time(event: WebhookEvent) -> str:
    """How long the delivery took: `3 seconds`; "" if Stripe did not say when the event happened."""
    delay = delivery_delay(event)
    if delay is None:
        return ""
    if delay < timedelta(seconds=1):
        return _("less than a second")
    return str(format_timedelta(delay, granularity="second", threshold=1.2))


EVENT_TYPES: Mapping[str, Any] = {
    EventType.ORDER_PAID: _l("An order is paid, or a free trial starts"),
    EventType.ORDER_REFUNDED: _l("A refund was made"),
    EventType.ORDER_DISPUTED: _l("A dispute is opened or decided"),
    EventType.ORDER_WITHDRAWN: _l("A customer withdraws from the contract"),
    EventType.SUBSCRIPTION_STARTED: _l("A subscription or payment plan starts"),
    EventType.SUBSCRIPTION_RENEWED: _l("A renewal is paid"),
    EventType.SUBSCRIPTION_NEEDS_ACTION: _l("A renewal failed and needs the customer"),
    EventType.SUBSCRIPTION_RECOVERED: _l("A failed renewal is paid after all"),
    EventType.SUBSCRIPTION_ENDED: _l("A subscription or payment plan ends"),
    EventType.PAYMENT_REQUEST_PAID: _l("A payment request is paid"),
}
DELIVERY_STATES: Mapping[str, Any] = {
    DeliveryState.WAITING: _l("Scheduled"),
    DeliveryState.DELIVERED: _l("Delivered"),
    DeliveryState.FAILED: _l("Failed"),
    DeliveryState.DROPPED: _l("Canceled"),
}
DELIVERY_PROBLEMS: Mapping[str, Any] = {
    DeliveryProblem.UNKNOWN_HOST: _l("The host has no address. Check the URL."),
    DeliveryProblem.FORBIDDEN_ADDRESS: _l("The host has a private address. Webhooks only go to public addresses."),
    DeliveryProblem.NOT_ENCRYPTED: _l("The URL doesn’t use https."),
    DeliveryProblem.NOT_CONNECTED: _l("The server can’t be reached."),
    DeliveryProblem.TLS_FAILED: _l("The server’s https certificate isn’t valid."),
    DeliveryProblem.TIMED_OUT: _l("The server didn’t answer in time."),
    DeliveryProblem.NO_ANSWER: _l("The server closed the connection without an answer."),
    DeliveryProblem.REDIRECTED: _l("The server answered with a redirect. Enter the final URL."),
    DeliveryProblem.REFUSED: _l("The server answered with an error."),
    DeliveryProblem.SECRET_UNREADABLE: _l("The signing secret can’t be decrypted. Rotate it."),
    DeliveryProblem.DISABLED: _l("The endpoint was disabled."),
}
DISABLED_REASONS: Mapping[str, Any] = {
    "failing": _l("Disabled because deliveries failed for 3 days."),
    "gone": _l("Disabled because the endpoint answered that it’s gone (410)."),
    "owner": _l("You disabled this endpoint."),
}
# The look of a state is that of an order or an email.
BADGES = {DeliveryState.DELIVERED: "paid", DeliveryState.WAITING: "pending", DeliveryState.DROPPED: "expired"}


def event_type(kind: str) -> str:
    """What an event tells."""
    return str(EVENT_TYPES.get(kind, kind))


def delivery_state(state: str) -> str:
    """The name of a delivery's state."""
    return str(DELIVERY_STATES[state])


def delivery_badge(state: str) -> str:
    """The class of the state's badge."""
    return BADGES.get(DeliveryState(state), "failed")


def delivery_problem(delivery: WebhookDelivery) -> str:
    """Why the last attempt failed; "" if it did not."""
    return str(DELIVERY_PROBLEMS.get(delivery.problem, delivery.problem))


def indented_json(text: str) -> str:
    """JSON as people read it."""
    return json.dumps(json.loads(text), ensure_ascii=False, indent=2)


def disabled_reason(reason: str) -> str:
    """Why nothing is delivered to an endpoint."""
    return str(DISABLED_REASONS.get(reason, ""))
