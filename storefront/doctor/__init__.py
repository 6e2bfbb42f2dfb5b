"""The connection doctor: looks at everything the shop depends on and says what it has found."""

from storefront.config import Config
from storefront.doctor import merchants, shop, stripe_side
from storefront.doctor.findings import Finding, Grade
from storefront.models import Merchant

__all__ = ["Finding", "Grade", "look", "look_and_ask"]


def look(config: Config) -> list[Finding]:
    """What can be seen without asking anybody else."""
    found = shop.findings(config)
    for merchant in Merchant.connected():
        found += merchants.findings(merchant, config.public_url)
    return found


def look_and_ask(config: Config) -> list[Finding]:
    """The same, with Stripe asked about every merchant first; what can be put right there is put right."""
    asked: dict[int, list[Finding]] = {}
    for merchant in Merchant.connected():
        asked[merchant.id] = stripe_side.findings(merchant, config.public_url)
    found = shop.findings(config)
    for merchant in Merchant.connected():
        found += asked.get(merchant.id, []) + merchants.findings(merchant, config.public_url)
    return found
