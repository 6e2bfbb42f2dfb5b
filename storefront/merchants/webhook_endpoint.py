"""Our webhook endpoint at a merchant's account: exactly one, made by the shop or by the owner's hand."""

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
    """Where Stripe delivers this merchant's events."""
    return f"{shop_url}{stripe_gateway.PATH}{merchant.public_id}"


def register_endpoint(merchant: Merchant, shop_url: str) -> None:
    """Leave exactly one endpoint of ours at the account; what Stripe refuses is kept in `webhook_problem`.

    One that the owner has made by hand is left alone.
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
    """Register again where what was registered isn't what is: the shop's address, or the events that this version
    handles. Returns the merchants that were asked about; one that raised is left out and logged.

    Merchants whose endpoint could not be registered yet are tried again, too.
    """

    def register_again(merchant: Merchant) -> Merchant:
        register_endpoint(merchant, shop_url)
        return merchant

    run = Run()
    asked = run.each(lambda: _moved(shop_url), register_again, name=lambda merchant: f"webhook of {merchant.name}")
    run.log_unanswered()
    return asked


def _moved(shop_url: str) -> list[Merchant]:
    prefix = f"{shop_url}{stripe_gateway.PATH}"
    wanted = sorted(HANDLED_EVENTS)
    return [
        merchant
        for merchant in Merchant.connected()
        if not merchant.webhook_by_hand
        and not ((merchant.webhook_url or "").startswith(prefix) and merchant.webhook_events == wanted)
    ]


def save_signing_secret(merchant: Merchant, secret: str, shop_url: str) -> None:
    """Believe deliveries signed with `secret`, of an endpoint that the owner has made at Stripe.

    Ours is removed where there was one. The secret before stays good for a day, what is on its way may be signed
    with it. Raises FieldErrors (field secret: signing_secret).
    """
    secret = secret.strip()
    if not _SIGNING_SECRET.fullmatch(secret):
        raise FieldErrors({"secret": ["signing_secret"]})
    if not merchant.webhook_by_hand:
        # A key that may not register may not remove either; then there is nothing of ours.
        with suppress(StripeError, SecretUnreadable):
            stripe_gateway.remove_endpoint(merchant)
    merchant.replace_webhook_secret(secret)
    merchant.webhook_by_hand = True
    merchant.webhook_endpoint_id, merchant.webhook_problem = None, ""
    merchant.webhook_url = endpoint_url(merchant, shop_url)
    merchant.save()


def unregister_endpoint(merchant: Merchant, shop_url: str) -> None:
    """Let the shop register its endpoint by itself again; one made by hand at our address goes."""
    merchant.webhook_by_hand = False
    register_endpoint(merchant, shop_url)
