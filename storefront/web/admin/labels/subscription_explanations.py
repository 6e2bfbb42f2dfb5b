"""What a subscription's status means, and what the owner can do about it."""

from collections.abc import Callable, Mapping

from flask_babel import gettext as _

from storefront.models import Subscription, SubscriptionStatus
from storefront.models.search import OpenRenewal
from storefront.web.admin.labels.invoices import invoice_help
from storefront.web.admin.labels.pauses import pause_advice, pause_reason
from storefront.web.admin.labels.subscriptions import END_REASONS, is_finished_plan
from storefront.web.support import day


def subscription_explanation(subscription: Subscription, open_renewal: OpenRenewal | None) -> str:
    """What the status means and what happens next by itself, as sentences."""
    if subscription.status == SubscriptionStatus.ACTIVE and open_renewal is not None:
        return _("It runs, but a renewal of before is still open.")
    explain = EXPLANATIONS.get(subscription.status)
    no_card = _("There is no card at Stripe to charge.") if subscription.is_running and subscription.lacks_card else ""
    sentences = (explain(subscription) if explain else "", _next_change(subscription), no_card)
    return " ".join(filter(None, sentences))


def subscription_advice(subscription: Subscription, open_renewal: OpenRenewal | None) -> str:
    """What the owner can do about it, as sentences; "" if nothing is wrong."""
    if open_renewal is not None and subscription.is_ended:
        return _("The instalment that is still open can be paid through the link as long as it is open at Stripe.")
    if open_renewal is not None:
        return invoice_help(open_renewal.invoice)
    if subscription.is_running and subscription.lacks_card and subscription.next_charge_at:
        return _("Send the customer to their own page, where they can add a card.")
    advise = ADVICE.get(subscription.status)
    return advise(subscription) if advise else ""


def _next_change(subscription: Subscription) -> str:
    """What will happen to a running subscription without anybody's action: a pause or an end."""
    if not subscription.is_running:
        return ""
    if subscription.paused and subscription.resumes_at:
        until = day(subscription.resumes_at)
        return _(
            "Collection is paused until %(day)s: nothing is charged, and what falls due meanwhile is void.", day=until
        )
    if subscription.paused:
        return _("Collection is paused: nothing is charged, and what falls due meanwhile is void.")
    if subscription.ends_with_period:
        return _("It is cancelled and ends on %(day)s.", day=day(subscription.planned_end))
    if subscription.is_plan and subscription.cancel_at:
        return _("The plan ends by itself on %(day)s.", day=day(subscription.cancel_at))
    if subscription.cancel_at:
        return _("It ends on %(day)s.", day=day(subscription.cancel_at))
    return ""


def _trialing(subscription: Subscription) -> str:
    if not subscription.has_started:
        return _("The free trial has not begun: its buyer has given no card yet, and nothing is delivered.")
    trial_end = day(subscription.trial_end)
    if subscription.ends_with_period:
        return _("The free trial runs until %(day)s.", day=trial_end)
    return _("The free trial runs until %(day)s; then the card is charged for the first time.", day=trial_end)


def _canceled(subscription: Subscription) -> str:
    if is_finished_plan(subscription):
        return _("The plan has come to its end: nothing more will be charged.")
    return str(END_REASONS.get(subscription.end_reason, "")) or _("It has ended.")


EXPLANATIONS: Mapping[str, Callable[[Subscription], str]] = {
    "": lambda subscription: _("Stripe does not know of it yet: its buyer has not come to paying."),
    SubscriptionStatus.INCOMPLETE: lambda subscription: _(
        "The first payment has not been made, and nothing is delivered yet."
    ),
    SubscriptionStatus.INCOMPLETE_EXPIRED: lambda subscription: _(
        "The first payment was not made in time, and nothing was charged."
    ),
    SubscriptionStatus.TRIALING: _trialing,
    SubscriptionStatus.ACTIVE: lambda subscription: _("All is paid."),
    SubscriptionStatus.PAST_DUE: lambda subscription: _("A renewal is not paid."),
    SubscriptionStatus.UNPAID: lambda subscription: _(
        "Stripe has given up charging the card. The subscription still stands, but nothing is collected."
    ),
    SubscriptionStatus.PAUSED: lambda subscription: pause_reason(subscription.pause_reason),
    SubscriptionStatus.CANCELED: _canceled,
}

ADVICE: Mapping[str, Callable[[Subscription], str]] = {
    # Stripe expires a first payment after 23 hours (docs.stripe.com/billing/subscriptions/overview, "incomplete").
    SubscriptionStatus.INCOMPLETE: lambda subscription: _(
        "The buyer can try again on the order’s page, with the same card or another one, until 23 hours after the "
        "beginning."
    ),
    SubscriptionStatus.INCOMPLETE_EXPIRED: lambda subscription: _(
        "Stripe does not revive it. The order’s page lets the buyer start anew as long as the order can be paid; "
        "after that they order again."
    ),
    SubscriptionStatus.TRIALING: lambda subscription: (
        ""
        if subscription.has_started
        else _("The buyer can give one on the order’s page, as long as the order is open.")
    ),
    SubscriptionStatus.PAST_DUE: lambda subscription: _(
        "Just now nothing waits for the customer: Stripe is charging the card. Ask Stripe again for the latest news."
    ),
    SubscriptionStatus.UNPAID: lambda subscription: _(
        "It runs again as soon as its newest invoice is paid. Send the customer to their own page: a new card there "
        "is charged at once. Or cancel it."
    ),
    SubscriptionStatus.PAUSED: lambda subscription: pause_advice(subscription.pause_reason),
    SubscriptionStatus.CANCELED: lambda subscription: (
        ""
        if is_finished_plan(subscription)
        else _("Stripe never revives an ended subscription: the customer subscribes anew on the offer’s page.")
    ),
}
