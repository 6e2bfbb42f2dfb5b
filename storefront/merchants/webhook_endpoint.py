"""The webhook endpoint at a merchant's Stripe account, registered by the shop or created by the owner."""

import re
from contextlib import suppress

from storefront import stripe_gateway
from storefront.errors import FieldErrors, SecretUnreadable, StripeError
from storefront.isolation import Run
from storefront.merchants.key_verification import no_answer_code
from storefront.models import Merchant, StripeRefusal
from storefront.webhooks import HANDLED_EVENTS

# The rest of the row may have changed meanwhile.
ENDPOINT_COLUMNS = [
    *(Merchant.webhook_endpoint_id, Merchant.webhook_url, Merchant.webhook_events, Merchant.webhook_problem),
    *(Merchant.webhook_secret_encrypted, Merchant.previous_webhook_secret_encrypted),
    *(Merchant.previous_webhook_secret_until, Merchant.webhook_by_hand, Merchant.events_missing_since),
    *(Merchant.endpoint_problem, Merchant.endpoint_problem_at, Merchant.endpoint_checked_at),
]
_SIGNING_SECRET = re.compile(r"whsec_[A-Za-z0-9+/=_-]{8,250}")


def endpoint_url(merchant: Merchant, shop_url: str) -> str:
    """The URL to which Stripe delivers this merchant's events."""
    return f"{shop_url}{stripe_gateway.WEBHOOK_PATH}{merchant.public_id}"


def register_endpoint(merchant: Merchant, shop_url: str) -> None:
    """Register our endpoint, so that the account has exactly one. An error is stored in `webhook_problem`.

    Does nothing if the owner created the endpoint.
    """
    if merchant.webhook_by_hand:
        return
    url = endpoint_url(merchant, shop_url)
    try:
        endpoint = stripe_gateway.register_endpoint(merchant, url, HANDLED_EVENTS)
    except StripeError as error:
        merchant.webhook_problem = error.message or no_answer_code(error)
    else:
        merchant.webhook_problem = merchant.endpoint_problem = ""
        merchant.endpoint_problem_at = merchant.endpoint_checked_at = None
        merchant.webhook_endpoint_id = endpoint.id
        merchant.webhook_url = url
        # None: the worker registers it again, and so deletes the endpoints that are left.
        merchant.webhook_events = sorted(HANDLED_EVENTS) if endpoint.is_only_one else None
        if endpoint.secret:
            merchant.replace_webhook_secret(endpoint.secret)
            # Until now events were sent to another endpoint, or to none. A new merchant has missed nothing.
            merchant.events_missing_since = merchant.events_missing_since or merchant.events_taken_until
    merchant.save(only=ENDPOINT_COLUMNS)


def is_registered_elsewhere(merchant: Merchant, shop_url: str) -> bool:
    """Whether the endpoint was registered by a shop at another address. It is taken over only if the owner says so.

    Either this shop has moved, or it is a copy and the other shop still needs the endpoint.
    """
    return merchant.webhook_url is not None and merchant.webhook_url != endpoint_url(merchant, shop_url)


def register_missing(shop_url: str) -> list[Merchant]:
    """Register endpoints that failed before, and those whose events are not those of this version.

    Return the merchants whose endpoint was registered or has a `webhook_problem` now. Merchants whose registration
    raised an error are logged and left out.
    """

    def register_again(merchant: Merchant) -> Merchant | None:
        if not _is_outdated(merchant, shop_url):
            return None
        register_endpoint(merchant, shop_url)
        return merchant

    run = Run()
    checked = run.each(Merchant.select_connected, register_again, name=lambda merchant: f"webhook of {merchant.name}")
    run.log_failures()
    return [merchant for merchant in checked if merchant is not None]


def _is_outdated(merchant: Merchant, shop_url: str) -> bool:
    """Whether the merchant has no endpoint of this shop, or one for other events than the handled ones."""
    return (
        not merchant.webhook_by_hand
        and not merchant.is_disconnecting
        and not is_registered_elsewhere(merchant, shop_url)
        and not merchant.endpoint_problem
        and (merchant.webhook_url is None or merchant.webhook_events != sorted(HANDLED_EVENTS))
    )


def save_signing_secret(merchant: Merchant, secret: str, shop_url: str) -> None:
    """Store the signing secret of an endpoint that the owner created at Stripe, and remove our own endpoint.

    The previous secret stays valid for a day, for deliveries that are on their way. Raises FieldErrors (secret:
    signing_secret) for a wrong format.
    """
    secret = secret.strip()
    if not _SIGNING_SECRET.fullmatch(secret):
        raise FieldErrors({"secret": ["signing_secret"]})
    if not merchant.webhook_by_hand:
        # A key that may not remove our endpoint could not register one either.
        with suppress(StripeError, SecretUnreadable):
            stripe_gateway.remove_endpoint(merchant)
    merchant.replace_webhook_secret(secret)
    merchant.webhook_by_hand = True
    merchant.webhook_endpoint_id, merchant.webhook_problem = None, ""
    merchant.webhook_url = endpoint_url(merchant, shop_url)
    merchant.endpoint_problem, merchant.endpoint_problem_at, merchant.endpoint_checked_at = "", None, None
    merchant.save(only=ENDPOINT_COLUMNS)
    # A key without the permission is no problem for an endpoint made by hand.
    StripeRefusal.delete().where(
        StripeRefusal.merchant == merchant, StripeRefusal.call.contains("/v1/webhook_endpoints")
    ).execute()


def use_own_endpoint(merchant: Merchant, shop_url: str) -> None:
    """Let the shop register its endpoint itself again. It replaces one that the owner created for our URL."""
    merchant.webhook_by_hand = False
    register_endpoint(merchant, shop_url)
