"""The connection doctor: looks at everything the shop depends on and says what it has found."""

from storefront.config import Config
from storefront.models import Merchant
from storefront.operations.doctor import merchants, shop, stripe
from storefront.operations.doctor.findings import Finding, Grade

__all__ = ["Finding", "Grade", "diagnose", "diagnose_with_stripe"]


def diagnose(config: Config) -> list[Finding]:
    """What can be seen without asking anybody else. Where there are no tables to read, only what needs none."""
    found = shop.findings(config)
    for merchant in _merchants(found):
        found += merchants.findings(merchant, config.public_url)
    return found


def diagnose_with_stripe(config: Config) -> list[Finding]:
    """The same, with Stripe asked about every merchant; what can be put right there is put right."""
    found = shop.findings(config)
    for merchant in _merchants(found):
        asked = stripe.findings(merchant, config.public_url)
        # Asking has changed the row.
        found += asked + merchants.findings(Merchant.get_by_id(merchant.id), config.public_url)
    return found


def _merchants(found: list[Finding]) -> list[Merchant]:
    return Merchant.connected() if any(finding.code == "schema_current" for finding in found) else []
