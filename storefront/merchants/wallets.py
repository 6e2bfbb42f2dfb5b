"""Wallets (Apple Pay, Google Pay) of a merchant: they appear on domains that are registered at its Stripe account."""

from urllib.parse import urlsplit

from storefront import stripe_gateway
from storefront.errors import StripeError
from storefront.merchants.key_verification import no_answer_code
from storefront.models import Merchant

LOOPBACK = ("127.0.0.1", "localhost", "::1")
COLUMNS = [Merchant.wallet_domain, Merchant.wallets, Merchant.wallet_problem]


def may_have_wallets(merchant: Merchant, shop_url: str) -> bool:
    """Whether browsers would show wallets at the shop's address: it needs https, but not beside a simulator."""
    parts = urlsplit(shop_url)
    if parts.hostname in LOOPBACK:
        return bool(stripe_gateway.foreign_addresses(merchant))
    return parts.scheme == "https"


def register_domain(merchant: Merchant, shop_url: str) -> None:
    """Register the shop's domain and store which wallets it is good for. An error is stored in `wallet_problem`.

    Payments by card don't need it: nothing else depends on its success.
    """
    host = urlsplit(shop_url).hostname or ""
    if not may_have_wallets(merchant, shop_url):
        found: tuple[str, str, str] = ("", "", "")
    else:
        try:
            found = host, " ".join(stripe_gateway.register_wallet_domain(merchant, host)), ""
        except StripeError as error:
            # What is registered goes on working.
            kept = merchant.wallets if merchant.wallet_domain == host else ""
            found = host if kept else "", kept, (error.message or no_answer_code(error))[:200]
    merchant.wallet_domain, merchant.wallets, merchant.wallet_problem = found
    merchant.save(only=COLUMNS)
