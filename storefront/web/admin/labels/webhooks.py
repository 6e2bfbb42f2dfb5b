"""Webhook deliveries: why one was refused or failed, and how long it took."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from flask_babel import format_timedelta
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from storefront.merchants import EndpointProblem
from storefront.models import Merchant, WebhookEvent
from storefront.webhooks import delivery_delay

REFUSALS: Mapping[str, Any] = {
    "signature": _l(
        "The signature was wrong. Either the signing secret here isn’t that of the endpoint at Stripe, "
        "or somebody else sent it."
    ),
    "age": _l("The signature was too old. This server’s clock may be wrong, or somebody sent an old delivery again."),
    "mode": _l("It was of the other mode: a test event for live keys, or the other way round."),
    "size": _l("It was larger than any event of Stripe’s."),
    "content": _l("It was no event."),
    "unreadable": _l(
        "The stored signing secret can’t be read with the present ENCRYPTION_KEYS. Stripe sends it again."
    ),
    "unknown": _l("Nobody here has the address it was sent to."),
}

IGNORED: Mapping[str, Any] = {
    "ping": _l("A test ping from Stripe."),
    "thin": _l("A thin event, which this shop doesn’t need."),
    "type": _l("An event of a type that this shop doesn’t need."),
    "mode": _l("It was of the other mode: a test event for live keys, or the other way round."),
    "account": _l("An event from another Stripe account."),
}

ENDPOINT_PROBLEMS: Mapping[str, Any] = {
    EndpointProblem.MISSING: _l(
        "Stripe no longer has a webhook for this shop: it was deleted there, or a copy of the shop has replaced it."
    ),
    EndpointProblem.DISABLED: _l("The webhook is disabled at Stripe."),
    EndpointProblem.ADDRESS: _l("The webhook at Stripe has a different address than this shop."),
    EndpointProblem.EVENTS: _l("The webhook at Stripe doesn’t send all the events that the shop needs."),
    EndpointProblem.VERSION: _l("The webhook at Stripe uses a different API version than the shop."),
}

PROBLEMS: Mapping[str, Any] = {
    "StripeUnreachable": _l("Stripe could not be reached."),
    "StripeBroken": _l("Stripe answered with an error of its own."),
    "StripeBusy": _l("Stripe asks to wait: it is busy."),
    "StripeKeyInvalid": _l("Stripe no longer accepts the secret key."),
    "StripePermissionMissing": _l("The restricted key may not read what the event is about."),
    "StripeNotFound": _l("Stripe has no such object any more."),
    "payment_not_recorded": _l("The shop has not recorded the payment of this event yet."),
    "StripeRefused": _l("Stripe refused the question."),
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
    meanwhile = _("In the meantime, the shop fetches all events from Stripe every minute.")
    if merchant.endpoint_problem == EndpointProblem.ELSEWHERE:
        found = _("The webhook at Stripe belongs to another address: %(address)s.", address=merchant.webhook_url)
        choice = _(
            "If the shop has moved here, take over the webhook. If this is a copy, leave the webhook alone: "
            "the other shop needs it."
        )
        return f"{found} {choice} {meanwhile}"
    found = str(ENDPOINT_PROBLEMS[merchant.endpoint_problem])
    advice = _("Correct it at Stripe.") if merchant.webhook_by_hand else _("Register it again on the webhook’s page.")
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
