"""The check-list of a merchant in words, and where its next step is taken."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from storefront.merchants import Checklist, OnboardingStep
from storefront.models import Merchant
from storefront.web.support import shop_config

STEPS: Mapping[OnboardingStep, Any] = {
    OnboardingStep.KEYS_SAVED: _l("The keys are saved."),
    OnboardingStep.PAIR_VERIFIED: _l("Stripe says that both keys are of one account."),
    OnboardingStep.OFFER_USES_IT: _l("A published offer names it as its payment system."),
    OnboardingStep.WEBHOOK_RECEIVED: _l("A message from Stripe (a webhook) has arrived here."),
    OnboardingStep.PAYMENT_MADE: _l("A payment was made with a test card."),
    OnboardingStep.CHALLENGE_TRIED: _l("3-D Secure, the bank’s check, was tried."),
    OnboardingStep.LIVE_KEYS: _l("The live keys of this account are connected."),
}
# They need an account that Stripe lets take payments.
SELLING = (
    OnboardingStep.OFFER_USES_IT,
    OnboardingStep.WEBHOOK_RECEIVED,
    OnboardingStep.PAYMENT_MADE,
    OnboardingStep.CHALLENGE_TRIED,
)


@dataclass(frozen=True)
class NextStep:
    """`button` names one of the row's own buttons (check, edit); else `label` leads to `address`."""

    advice: str
    label: str = ""
    address: str = ""
    button: str = ""


def step(which: OnboardingStep, merchant: Merchant) -> str:
    """A step as a sentence that is true once it is taken."""
    if which is OnboardingStep.PAYMENT_MADE and merchant.is_live:
        return _("The first real payment was made.")
    return str(STEPS[which])


def next_step(checklist: Checklist, offers: int) -> NextStep | None:
    """What to do next and where; None when all is done. `offers` counts the merchant's offers of any status."""
    merchant, which = checklist.merchant, _next(checklist)
    if which in SELLING and merchant.charges_enabled is False:
        return NextStep(_("Finish the registration at Stripe, then check the connection again."), button="check")
    if which in (OnboardingStep.KEYS_SAVED, OnboardingStep.PAIR_VERIFIED):
        return _verify(merchant)
    if which is OnboardingStep.OFFER_USES_IT:
        return _offer(merchant, offers)
    if which is OnboardingStep.WEBHOOK_RECEIVED and OnboardingStep.PAYMENT_MADE in checklist.done:
        return NextStep(
            _("No message from Stripe has arrived yet: check whether our webhook is there."), button="check"
        )
    if which in (OnboardingStep.WEBHOOK_RECEIVED, OnboardingStep.PAYMENT_MADE):
        # Stripe's first message comes with the first payment.
        return _payment(checklist)
    if which is OnboardingStep.CHALLENGE_TRIED:
        advice = _("Pay once more with 4000 0000 0000 3220: this test card asks for the bank’s check.")
        return NextStep(advice, _("Try 3-D Secure"), _offer_address(checklist))
    if which is OnboardingStep.LIVE_KEYS:
        advice = _("All is tried. For real payments connect the live keys of the same Stripe account.")
        return NextStep(advice, _("Connect the live keys"), url_for("admin.merchants.new"))
    return None


def _next(checklist: Checklist) -> OnboardingStep | None:
    """The first open step; a webhook that Stripe refuses doesn't bar the way, payments are found without it."""
    passed = set(checklist.done)
    if checklist.merchant.webhook_problem:
        passed.add(OnboardingStep.WEBHOOK_RECEIVED)
    return next((which for which in checklist.steps if which not in passed), None)


def _verify(merchant: Merchant) -> NextStep:
    if "setup_intents" in merchant.lacks:
        advice = _("Allow this key to write setup intents at Stripe and check again, or enter another secret key.")
        return NextStep(advice, button="edit")
    return NextStep(_("Ask Stripe again whether both keys are of one account."), button="check")


def _offer(merchant: Merchant, offers: int) -> NextStep:
    if offers:
        return NextStep(_("Publish one of its offers."), _("Publish an offer"), url_for("admin.offers.index"))
    address = url_for("admin.offers.new", merchant=merchant.id)
    return NextStep(_("Make an offer that is paid to this account."), _("Make an offer"), address)


def _payment(checklist: Checklist) -> NextStep:
    if checklist.merchant.is_live:
        advice = _("Buy your own offer once with a real card; you can refund it afterwards.")
    else:
        advice = _("Pay your own offer with 4242 4242 4242 4242, any future date and any three digits as CVC.")
    return NextStep(advice, _("Open the offer and pay"), _offer_address(checklist))


def _offer_address(checklist: Checklist) -> str:
    return f"{shop_config().public_url}/o/{checklist.offer_slug}"
