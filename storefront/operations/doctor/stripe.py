"""What Stripe says of a merchant when it is asked now."""

from datetime import timedelta

from storefront import merchants, stripe_gateway, webhooks
from storefront.errors import SecretUnreadable, StripeError
from storefront.models import Merchant, now
from storefront.operations.doctor.findings import Finding, amber, green, red
from storefront.stripe_gateway import Credentials

# Signatures are good for five minutes.
NOTICEABLE, TOO_FAR = timedelta(seconds=60), timedelta(minutes=4)


def findings(merchant: Merchant, shop_url: str) -> list[Finding]:
    """Check the merchant (its row keeps what came of that), then clock and endpoint."""
    try:
        merchants.check(merchant, shop_url)
        return [_clock(merchant), *_endpoint(merchant, shop_url)]
    except SecretUnreadable:
        # The look at our own rows says so.
        return []
    except StripeError as error:
        return [amber("stripe_unasked", merchant.name, words=error.message or merchants.no_answer_code(error))]


def _clock(merchant: Merchant) -> Finding:
    """Raises StripeError."""
    there = stripe_gateway.retrieve_time(Credentials.of(merchant))
    if there is None:
        return amber("clock_unknown", merchant.name)
    apart = abs(now() - there)
    grade = red if apart > TOO_FAR else amber if apart > NOTICEABLE else green
    code = "clock_wrong" if apart > NOTICEABLE else "clock_right"
    return grade(code, merchant.name, seconds=int(apart.total_seconds()))


def _endpoint(merchant: Merchant, shop_url: str) -> list[Finding]:
    """Raises StripeError. An endpoint made by hand, or one that could not be registered, isn't ours to ask about."""
    if merchant.webhook_by_hand or merchant.webhook_problem:
        return []
    endpoint = stripe_gateway.retrieve_endpoint(merchant)
    if endpoint is None:
        return [red("endpoint_gone", merchant.name)]
    if not endpoint.enabled:
        return [red("endpoint_off", merchant.name)]
    wrong = (
        endpoint.url != merchants.endpoint_url(merchant, shop_url)
        or not endpoint.has_our_version
        or not endpoint.events >= frozenset(webhooks.HANDLED_EVENTS)
    )
    return [red("endpoint_differs", merchant.name) if wrong else green("endpoint_as_registered", merchant.name)]
