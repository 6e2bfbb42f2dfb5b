"""The domain on which a merchant's pages may show wallets: docs.stripe.com/payments/payment-methods/pmd-registration"""

from typing import Final

from storefront.models import Merchant
from storefront.stripe_gateway.client import client_of, stripe_call

# Wallets that pay with a card: the intents of the shop take cards, and so no Link.
CARD_WALLETS: Final = ("apple_pay", "google_pay")


def register_wallet_domain(merchant: Merchant, host: str) -> tuple[str, ...]:
    """Register the domain unless it is. Return the wallets of CARD_WALLETS that it is good for. Raises StripeError."""
    with stripe_call():
        domains = client_of(merchant).v1.payment_method_domains
        known = domains.list({"domain_name": host, "limit": 1}).data
        domain = domains.validate(known[0].id) if known else domains.create({"domain_name": host})
        if not domain.enabled:
            return ()
        return tuple(name for name in CARD_WALLETS if getattr(getattr(domain, name, None), "status", "") == "active")
