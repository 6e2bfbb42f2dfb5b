"""The doctor: checks everything that the shop depends on."""

from storefront.config import Config
from storefront.models import Merchant
from storefront.operations.doctor import merchants, shop, stripe
from storefront.operations.doctor.findings import Finding, Grade
from storefront.operations.doctor.shop import failing_emails

__all__ = ["Finding", "Grade", "diagnose", "diagnose_with_stripe", "failing_emails"]


def diagnose(config: Config) -> list[Finding]:
    """Check without calls to Stripe. If the schema is not current, only checks that need no tables."""
    found = shop.findings(config)
    for merchant in _merchants(found):
        found += merchants.findings(merchant, config.public_url)
    return found


def diagnose_with_stripe(config: Config) -> list[Finding]:
    """Check with calls to Stripe for every merchant. `merchants.check` repairs what it can at Stripe."""
    found = shop.findings(config)
    for merchant in _merchants(found):
        at_stripe = stripe.findings(merchant, config.public_url)
        # The check has changed the merchant's row.
        found += at_stripe + merchants.findings(Merchant.get_by_id(merchant.id), config.public_url)
    return found


def _merchants(found: list[Finding]) -> list[Merchant]:
    return Merchant.connected() if any(finding.code == "schema_current" for finding in found) else []
