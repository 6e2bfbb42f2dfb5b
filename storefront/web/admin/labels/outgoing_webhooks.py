"""Text about deliveries to other programs."""

import json
from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l

from storefront.integrations import DeliveryProblem
from storefront.models import DeliveryState, EventType, WebhookDelivery

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
PROBLEMS: Mapping[str, Any] = {
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
    return str(PROBLEMS.get(delivery.problem, delivery.problem))


def indented_json(text: str) -> str:
    """JSON as people read it."""
    return json.dumps(json.loads(text), ensure_ascii=False, indent=2)


def disabled_reason(reason: str) -> str:
    """Why nothing is delivered to an endpoint."""
    return str(DISABLED_REASONS.get(reason, ""))
