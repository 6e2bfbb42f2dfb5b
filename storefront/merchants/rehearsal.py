"""Rehearsal: a merchant on a simulator beside the shop (REHEARSAL_STRIPE_URL), for owners without a Stripe account.

Its row has the simulator's addresses, so its pages and calls go there and nowhere else. It is in test mode.
"""

from storefront import offers, stripe_gateway
from storefront.errors import StripeUnreachable
from storefront.merchants import connection, disconnection
from storefront.models import Merchant, Offer, ShopProfile
from storefront.runtime import current


def rehearsal_merchant() -> Merchant | None:
    """The merchant that rehearses now, None if there is none. One query."""
    rows = Merchant.select_connected().where(Merchant.api_base.is_null(False), Merchant.disconnecting_at.is_null())
    return next((merchant for merchant in rows if merchant.is_rehearsal), None)


def can_rehearse() -> bool:
    """Whether a simulator runs beside the shop, as the configuration says."""
    return current().config.rehearsal_stripe_url is not None


def begin_rehearsal(name: str, shop_url: str) -> Merchant | None:
    """Connect an account of the simulator under this name; the one that rehearses already, if there is one.

    None if every account of the simulator is connected as a usual merchant. Raises StripeError and FieldErrors.
    """
    url = current().config.rehearsal_stripe_url
    if url is None:
        raise StripeUnreachable("REHEARSAL_STRIPE_URL is not set")
    running = rehearsal_merchant()
    if running is not None:
        return running
    accounts = stripe_gateway.rehearsal_accounts(url)
    known = {merchant.publishable_key: merchant for merchant in Merchant.select()}
    # Rows of usual merchants stay what they are, also disconnected ones: their orders are not rehearsals.
    free = [one for one in accounts if one.publishable_key not in known or known[one.publishable_key].is_rehearsal]
    country = ShopProfile.load().country
    free.sort(key=lambda account: account.country != country)
    if not free:
        return None
    keys = free[0].publishable_key, free[0].secret_key
    return connection.connect(name, *keys, shop_url, (url, f"{url}{stripe_gateway.JS_PATH}"))


def end_rehearsal(merchant: Merchant) -> int:
    """Archive the offers of the merchant that rehearses, and disconnect it. Return how many offers were archived.

    Its orders stay: they are test orders.
    """
    if not merchant.is_rehearsal:
        raise ValueError("this merchant is no rehearsal")
    of_merchant = Offer.select(Offer.id).where(Offer.merchant == merchant)
    archived = offers.archive([offer.id for offer in of_merchant])
    disconnection.disconnect(merchant)
    return len(archived)
