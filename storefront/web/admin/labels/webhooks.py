"""Webhook deliveries: why one was refused or failed, and how long it took."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from flask_babel import format_timedelta
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from storefront.models import WebhookEvent
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
    "ping": _l("A ping: Stripe tested the address."),
    "thin": _l("An event in the thin format, which this shop doesn’t need."),
    "type": _l("An event of a type that this shop doesn’t need."),
    "mode": _l("It was of the other mode: a test event for live keys, or the other way round."),
    "account": _l("An event of another Stripe account."),
}

PROBLEMS: Mapping[str, Any] = {
    "StripeUnreachable": _l("Stripe could not be reached."),
    "StripeBroken": _l("Stripe answered with an error of its own."),
    "StripeBusy": _l("Stripe asks to wait: it is busy."),
    "StripeKeyInvalid": _l("Stripe no longer accepts the secret key."),
    "StripePermissionMissing": _l("The restricted key may not read what the event is about."),
    "StripeNotFound": _l("Stripe has no such object any more."),
    "payment_not_recorded": _l("The payment that it is about is not recorded in the shop yet."),
    "StripeRefused": _l("Stripe refused the question."),
}


def webhook_refusal(reason: str) -> str:
    """Why a delivery was refused."""
    return str(REFUSALS.get(reason, reason))


def ignored_delivery(reason: str) -> str:
    """Why a signed delivery is not for the shop."""
    return str(IGNORED.get(reason, reason))


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
