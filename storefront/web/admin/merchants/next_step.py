"""The next setup step of a merchant: what to do, and the button or link for it."""

from dataclasses import dataclass

from flask import url_for
from flask_babel import gettext as _

from storefront.merchants import Checklist, OnboardingStep
from storefront.models import Merchant
from storefront.web.support import shop_config

# Steps that are possible only if Stripe lets the account take payments.
STEPS_THAT_SELL = (
    OnboardingStep.OFFER_USES_IT,
    OnboardingStep.WEBHOOK_RECEIVED,
    OnboardingStep.PAYMENT_MADE,
    OnboardingStep.CHALLENGE_TRIED,
)


@dataclass(frozen=True)
class NextStep:
    """`button` is "check" or "edit", a button that every merchant has. Without it, `label` and `url` are a link."""

    advice: str
    label: str = ""
    url: str = ""
    button: str = ""


def next_step(checklist: Checklist) -> NextStep | None:
    """What to do next; None if all steps are done."""
    merchant, step = checklist.merchant, _first_open_step(checklist)
    if step in STEPS_THAT_SELL and merchant.charges_enabled is False:
        return NextStep(_("Finish setup in Stripe, then check the connection again."), button="check")
    if step in (OnboardingStep.KEYS_SAVED, OnboardingStep.PAIR_VERIFIED):
        return _verify_keys(merchant)
    if step is OnboardingStep.OFFER_USES_IT:
        return _publish_offer(merchant, checklist.offers)
    if step is OnboardingStep.WEBHOOK_RECEIVED and OnboardingStep.PAYMENT_MADE in checklist.done:
        return NextStep(_("No webhook event received yet. Check whether the webhook is registered."), button="check")
    if step in (OnboardingStep.WEBHOOK_RECEIVED, OnboardingStep.PAYMENT_MADE):
        # The first webhook event arrives with the first payment.
        return _pay(checklist)
    if step is OnboardingStep.CHALLENGE_TRIED:
        advice = _("Pay again with 4000 0000 0000 3220. This test card requires 3D Secure.")
        return NextStep(advice, _("Test 3D Secure"), _offer_url(checklist))
    if step is OnboardingStep.LIVE_KEYS:
        advice = _("Testing complete. Add your live keys to accept real payments.")
        return NextStep(advice, _("Connect the live keys"), url_for("admin.merchants.new"))
    return None


def _first_open_step(checklist: Checklist) -> OnboardingStep | None:
    """Skips the webhook if Stripe refuses to register it: payments are found without it."""
    done = set(checklist.done)
    if checklist.merchant.webhook_problem:
        done.add(OnboardingStep.WEBHOOK_RECEIVED)
    return next((step for step in checklist.steps if step not in done), None)


def _verify_keys(merchant: Merchant) -> NextStep:
    if "setup_intents" in merchant.lacks:
        advice = _(
            "Give this key the Setup Intents: Write permission in Stripe and check again, or enter another secret key."
        )
        return NextStep(advice, button="edit")
    return NextStep(_("Check again whether both keys belong to the same account."), button="check")


def _publish_offer(merchant: Merchant, offers: int) -> NextStep:
    if offers:
        return NextStep(_("Publish one of its offers."), _("Publish an offer"), url_for("admin.offers.index"))
    new_offer_url = url_for("admin.offers.new", merchant=merchant.id)
    return NextStep(_("Create an offer that uses this account."), _("Create offer"), new_offer_url)


def _pay(checklist: Checklist) -> NextStep:
    if checklist.merchant.is_live:
        advice = _("Buy your own offer with a real card. You can refund it afterwards.")
    else:
        advice = _("Pay for your own offer with 4242 4242 4242 4242, any future date and any CVC.")
    return NextStep(advice, _("Open the offer and pay"), _offer_url(checklist))


def _offer_url(checklist: Checklist) -> str:
    return f"{shop_config().public_url}/o/{checklist.offer_slug}"
