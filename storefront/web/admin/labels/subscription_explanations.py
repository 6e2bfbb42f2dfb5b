"""What a subscription's status means, and what the owner can do about it."""

from collections.abc import Callable, Mapping

from flask_babel import gettext as _

from storefront.models import Subscription, SubscriptionStatus
from storefront.models.search import OpenRenewal
from storefront.web.admin.labels.invoices import invoice_help
from storefront.web.admin.labels.subscription.pauses import pause_advice, pause_reason
from storefront.web.admin.labels.subscriptions import END_REASONS, is_finished_plan
from storefront.web.support import day


def subscription_explanation(subscription: Subscription, open_renewal: OpenRenewal | None) -> str:
    """What the status means and what happens next by itself, as sentences."""
    if subscription.status == SubscriptionStatus.ACTIVE and open_renewal is not None:
        return _("Active, but an earlier renewal is still unpaid.")
    explain = EXPLANATIONS.get(subscription.status)
    no_card = _("There is no card on file.") if subscription.is_running and subscription.lacks_card else ""
    sentences = (explain(subscription) if explain else "", _next_change(subscription), no_card)
    return " ".join(filter(None, sentences))


def subscription_advice(subscription: Subscription, open_renewal: OpenRenewal | None) -> str:
    """What the owner can do about it, as sentences; "" if nothing is wrong."""
    if open_renewal is not None and subscription.is_ended:
        return _("The unpaid installment can be paid through the link as long as it is open in Stripe.")
    if open_renewal is not None:
        return invoice_help(open_renewal.invoice)
    if subscription.is_running and subscription.lacks_card and subscription.next_charge_at:
        return _("Send the customer their account link: they can add a card there.")
    advise = ADVICE.get(subscription.status)
    return advise(subscription) if advise else ""


def _next_change(subscription: Subscription) -> str:
    """What will happen to a running subscription without anybody's action: a pause or an end."""
    if not subscription.is_running:
        return ""
    if subscription.paused and subscription.resumes_at:
        until = day(subscription.resumes_at)
        return _("Payments are paused until %(day)s: nothing is charged, and invoices are voided.", day=until)
    if subscription.paused:
        return _("Payments are paused: nothing is charged, and invoices are voided.")
    if subscription.ends_with_period:
        return _("Canceled. Ends on %(day)s.", day=day(subscription.planned_end))
    if subscription.is_plan and subscription.cancel_at:
        return _("The plan ends automatically on %(day)s.", day=day(subscription.cancel_at))
    if subscription.cancel_at:
        return _("Ends on %(day)s.", day=day(subscription.cancel_at))
    return ""


def _trialing(subscription: Subscription) -> str:
    if not subscription.has_started:
        return _("The free trial hasn’t started: the customer hasn’t added a card yet.")
    trial_end = day(subscription.trial_end)
    if subscription.ends_with_period:
        return _("Free trial until %(day)s.", day=trial_end)
    return _("Free trial until %(day)s; then the card is charged for the first time.", day=trial_end)


def _canceled(subscription: Subscription) -> str:
    if is_finished_plan(subscription):
        return _("The plan has ended. No more charges will be made.")
    return str(END_REASONS.get(subscription.end_reason, "")) or _("Ended.")


EXPLANATIONS: Mapping[str, Callable[[Subscription], str]] = {
    "": lambda subscription: _("Not in Stripe yet: the customer hasn’t started the payment."),
    SubscriptionStatus.INCOMPLETE: lambda subscription: _("The first payment hasn’t been made yet."),
    SubscriptionStatus.INCOMPLETE_EXPIRED: lambda subscription: _(
        "The first payment wasn’t made in time. Nothing was charged."
    ),
    SubscriptionStatus.TRIALING: _trialing,
    SubscriptionStatus.ACTIVE: lambda subscription: _("Up to date."),
    SubscriptionStatus.PAST_DUE: lambda subscription: _("A renewal hasn’t been paid."),
    SubscriptionStatus.UNPAID: lambda subscription: _(
        "Stripe has stopped trying to charge the card. The subscription still exists, but no payments are collected."
    ),
    SubscriptionStatus.PAUSED: lambda subscription: pause_reason(subscription.pause_reason),
    SubscriptionStatus.CANCELED: _canceled,
}

ADVICE: Mapping[str, Callable[[Subscription], str]] = {
    # Stripe expires a first payment after 23 hours (docs.stripe.com/billing/subscriptions/overview, "incomplete").
    SubscriptionStatus.INCOMPLETE: lambda subscription: _(
        "The customer can try again on the order page, with the same card or another one, for 23 hours."
    ),
    SubscriptionStatus.INCOMPLETE_EXPIRED: lambda subscription: _(
        "Stripe can’t resume it. The customer can start again on the order page while the order can be paid; "
        "after that they need to order again."
    ),
    SubscriptionStatus.TRIALING: lambda subscription: (
        "" if subscription.has_started else _("The customer can add one on the order page while the order is open.")
    ),
    SubscriptionStatus.PAST_DUE: lambda subscription: _(
        "Stripe is charging the card; no customer action is needed. Sync with Stripe for the latest state."
    ),
    SubscriptionStatus.UNPAID: lambda subscription: _(
        "The subscription resumes when the latest invoice is paid. Send the customer their account link to "
        "add a card (charged right away), or cancel the subscription."
    ),
    SubscriptionStatus.PAUSED: lambda subscription: pause_advice(subscription.pause_reason),
    SubscriptionStatus.CANCELED: lambda subscription: (
        ""
        if is_finished_plan(subscription)
        else _("An ended subscription can’t be resumed. The customer can subscribe again on the offer page.")
    ),
}
