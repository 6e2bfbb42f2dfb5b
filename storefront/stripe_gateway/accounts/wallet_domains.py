"""The domain on which a merchant's pages may show wallets: docs.stripe.com/payments/payment-methods/pmd-registration"""

from typing import Final

from storefront.models import Merchant
from storefront.stripe_gateway.client import client_of, stripe_call

# Apple Pay and Google Pay pay with a card. Link is a payment method of its own, which intents have to take.
WALLETS: Final = ("apple_pay", "google_pay", "link")


def register_wallet_domain(merchant: Merchant, host: str) -> tuple[str, ...]:
    """Register the domain unless it is. Return the wallets of WALLETS that it is good for. Raises StripeError."""
    with stripe_call():
        domains = client_of(merchant).v1.payment_method_domains
        known = domains.list({"domain_name": host, "limit": 1}).data
        domain = domains.validate(known[0].id) if known else domains.create({"domain_name": host})
        if not domain.enabled:
            return ()
        return tuple(name for name in WALLETS if getattr(getattr(domain, name, None), "status", "") == "active")
