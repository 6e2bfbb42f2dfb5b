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
    "account": _l("This restricted key may not read the account, so its country and currency are unknown."),
    "setup_intents": _l(
        "This restricted key may not write setup intents, so nobody can tell whether both keys are of one account."
    ),
}

STEPS: Mapping[OnboardingStep, Any] = {
    OnboardingStep.KEYS_SAVED: _l("The keys are saved."),
    OnboardingStep.PAIR_VERIFIED: _l("Stripe says that both keys are of one account."),
    OnboardingStep.OFFER_USES_IT: _l("A published offer names it as its payment system."),
    OnboardingStep.WEBHOOK_RECEIVED: _l("A message from Stripe (a webhook) has arrived here."),
    OnboardingStep.PAYMENT_MADE: _l("A payment was made with a test card."),
    OnboardingStep.CHALLENGE_TRIED: _l("3-D Secure, the bank’s check, was tried."),
    OnboardingStep.LIVE_KEYS: _l("The live keys of this account are connected."),
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
        return _("The first real payment was made.")
    return str(STEPS[step])


def foreign_addresses(merchant: Merchant) -> str:
    """That the account doesn't use Stripe's own addresses; "" if it does."""
    addresses = stripe_gateway.foreign_addresses(merchant)
    return stripe_elsewhere(addresses) if addresses else ""


def stripe_elsewhere(addresses: list[str]) -> str:
    """Where the keys and cards of an account go instead of Stripe."""
    return _(
        "This account doesn’t use Stripe itself: its keys and its customers’ card data go to %(addresses)s.",
        addresses=", ".join(dict.fromkeys(addresses)),
    )
