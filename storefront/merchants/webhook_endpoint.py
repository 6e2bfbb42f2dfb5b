"""The webhook endpoint at a merchant's Stripe account, registered by the shop or created by the owner."""

import re
from contextlib import suppress

from storefront import stripe_gateway
from storefront.errors import FieldErrors, SecretUnreadable, StripeError
from storefront.isolation import Run
from storefront.merchants.key_verification import no_answer_code
from storefront.models import Merchant
from storefront.webhooks import HANDLED_EVENTS

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
        merchant.webhook_problem = ""
        merchant.webhook_endpoint_id = endpoint.id
        merchant.webhook_url = url
        merchant.webhook_events = sorted(HANDLED_EVENTS)
        if endpoint.secret:
            merchant.replace_webhook_secret(endpoint.secret)
    merchant.save()


def register_moved(shop_url: str) -> list[Merchant]:
    """Register endpoints again whose URL or events are not those of this shop and version, or that failed before.

    Return the merchants whose endpoint was registered or has a `webhook_problem` now. Merchants whose registration
    raised an error are logged and left out.
    """

    def register_again(merchant: Merchant) -> Merchant:
        register_endpoint(merchant, shop_url)
        return merchant

    run = Run()
    registered = run.each(
        lambda: _outdated(shop_url), register_again, name=lambda merchant: f"webhook of {merchant.name}"
    )
    run.log_failures()
    return registered


def _outdated(shop_url: str) -> list[Merchant]:
    """Connected merchants whose endpoint is not registered with this shop's URL and the handled events."""
    prefix = f"{shop_url}{stripe_gateway.WEBHOOK_PATH}"
    wanted = sorted(HANDLED_EVENTS)
    return [
        merchant
        for merchant in Merchant.connected()
        if not merchant.webhook_by_hand
        and not ((merchant.webhook_url or "").startswith(prefix) and merchant.webhook_events == wanted)
    ]


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
    merchant.save()


def use_own_endpoint(merchant: Merchant, shop_url: str) -> None:
    """Let the shop register its endpoint itself again. It replaces one that the owner created for our URL."""
    merchant.webhook_by_hand = False
    register_endpoint(merchant, shop_url)
