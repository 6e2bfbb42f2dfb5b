"""The doctor: checks everything that the shop depends on."""

from collections.abc import Callable

from storefront.config import Config
from storefront.isolation import Run
from storefront.models import Merchant
from storefront.operations.doctor import mail_domain, merchants, shop, stripe
from storefront.operations.doctor.backups import backup_findings
from storefront.operations.doctor.findings import Finding, Grade, red
from storefront.operations.doctor.mail_domain import findings as mail_domain_findings
from storefront.operations.doctor.releases import release_findings
from storefront.operations.doctor.shop import failing_emails, proxy_findings
from storefront.operations.releases import ask_for_releases

__all__ = [
    "Finding",
    "Grade",
    "backup_findings",
    "diagnose",
    "diagnose_with_stripe",
    "failing_emails",
    "mail_domain_findings",
    "proxy_findings",
]


def diagnose(config: Config) -> list[Finding]:
    """Check without calls to Stripe. If the database can't be used, only what needs no database."""
    found = shop.findings(config)
    found += _releases(config, found)
    return found + _of_each(found, lambda merchant: merchants.findings(merchant, config.public_url))


def diagnose_with_stripe(config: Config) -> list[Finding]:
    """Check with calls to Stripe for every merchant, and to the DNS. `merchants.check` repairs what it can."""
    found = [*shop.findings(config), *mail_domain.findings()]
    found += _releases(config, found, ask=True)

    def check(merchant: Merchant) -> list[Finding]:
        at_stripe = stripe.findings(merchant, config.public_url)
        # The check has changed the merchant's row.
        return at_stripe + merchants.findings(Merchant.get_by_id(merchant.id), config.public_url)

    return found + _of_each(found, check)


def _releases(config: Config, found: list[Finding], ask: bool = False) -> list[Finding]:
    """Which version this is, if the database can be used. `ask`: whether RELEASES_URL may be asked now."""
    if not _is_usable(found):
        return []
    if ask:
        ask_for_releases()
    return release_findings(config)


def _is_usable(found: list[Finding]) -> bool:
    return any(finding.code == "database_writable" for finding in found)


def _of_each(found: list[Finding], check: Callable[[Merchant], list[Finding]]) -> list[Finding]:
    """Check each connected merchant if the database can be used. One that can't be checked does not stop the others."""
    if not _is_usable(found):
        return []
    broken: list[Finding] = []

    def record(name: str, error: Exception) -> None:
        broken.append(red("merchant_not_checked", name, error=type(error).__name__))

    run = Run()
    results = run.each(
        Merchant.select_connected,
        check,
        name=lambda merchant: f"check of {merchant.name}",
        failed=lambda merchant, error: record(merchant.name, error),
    )
    for name, error in run.unreadable.items():
        record(name, error)
    return [finding for findings in results for finding in findings] + broken
