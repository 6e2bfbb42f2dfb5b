"""Facts about a merchant: country, where its keys go, permissions its restricted key lacks, onboarding steps."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from storefront import i18n, stripe_gateway
from storefront.merchants import OnboardingStep
from storefront.models import Merchant
from storefront.web.support import current_language

MISSING_PERMISSIONS: Mapping[str, Any] = {
    "account": _l(
        "This restricted key doesn’t have permission to read the account, so its country and currency are unknown."
    ),
    "balance": _l("The restricted key doesn’t have permission to read the balance. Fees and payouts aren’t shown."),
    "setup_intents": _l(
        "This restricted key needs the Setup Intents: Write permission so that both keys can be verified."
    ),
}

STEPS: Mapping[OnboardingStep, Any] = {
    OnboardingStep.KEYS_SAVED: _l("Keys saved"),
    OnboardingStep.PAIR_VERIFIED: _l("Keys verified: same Stripe account"),
    OnboardingStep.OFFER_USES_IT: _l("Publish an offer that uses this account"),
    OnboardingStep.WEBHOOK_RECEIVED: _l("Receive the first webhook event"),
    OnboardingStep.PAYMENT_MADE: _l("Make a test payment"),
    OnboardingStep.CHALLENGE_TRIED: _l("Test a 3D Secure payment"),
    OnboardingStep.LIVE_KEYS: _l("Connect the live keys of this account"),
}


def country_name(code: str | None) -> str:
    """A country's name in the page's language; "" if the country is unknown."""
    return i18n.country_name(code, current_language()) if code else ""


def missing_permission(code: str) -> str:
    """What a restricted key may not do (a code of `Merchant.lacks`)."""
    return str(MISSING_PERMISSIONS.get(code, code))


def onboarding_step(step: OnboardingStep, merchant: Merchant) -> str:
    """A step as a sentence that is true once the step is done."""
    if step is OnboardingStep.PAYMENT_MADE and merchant.is_live:
        return _("Receive the first real payment")
    return str(STEPS[step])


def foreign_addresses(merchant: Merchant) -> str:
    """That the account doesn't use Stripe's own addresses; "" if it does."""
    addresses = stripe_gateway.foreign_addresses(merchant)
    return stripe_elsewhere(addresses) if addresses else ""


def stripe_elsewhere(addresses: list[str]) -> str:
    """Where the keys and cards of an account go instead of Stripe."""
    return _(
        "This account doesn’t use Stripe itself. Its keys and customers’ card data go to %(addresses)s.",
        addresses=", ".join(dict.fromkeys(addresses)),
    )
