"""What a subscription's status means for its owner, and the way back from where it went wrong."""

from collections.abc import Callable, Mapping

from flask_babel import gettext as _

from storefront.models import Subscription, SubscriptionStatus
from storefront.models.search import OpenRenewal
from storefront.web.admin.labels import subscriptions


def meaning(subscription: Subscription, waiting: OpenRenewal | None) -> str:
    """How it stands, in sentences."""
    if subscription.status == SubscriptionStatus.ACTIVE and waiting is not None:
        return _("It runs, but a renewal of before is still open.")
    said = MEANINGS[subscription.status](subscription) if subscription.status in MEANINGS else ""
    return " ".join(part for part in (said, _planned(subscription)) if part)


def way_back(subscription: Subscription, waiting: OpenRenewal | None) -> str:
    """What can be done about it, in sentences; "" where nothing is wrong."""
    if waiting is not None and subscription.is_ended:
        return _("The instalment that is still open can be paid through the link as long as it is open at Stripe.")
    if waiting is not None:
        return subscriptions.needs_explained(waiting.invoice.needs)
    return WAYS_BACK[subscription.status](subscription) if subscription.status in WAYS_BACK else ""


def _planned(subscription: Subscription) -> str:
    """What is going to happen to a running one by itself."""
    if not subscription.is_running:
        return ""
    if subscription.paused and subscription.resumes_at:
        until = subscriptions.day(subscription.resumes_at)
        return _(
            "Collection is paused until %(day)s: nothing is charged, and what falls due meanwhile is void.", day=until
        )
    if subscription.paused:
        return _("Collection is paused: nothing is charged, and what falls due meanwhile is void.")
    if subscription.cancels_at_period_end:
        return _("It is cancelled and ends on %(day)s.", day=subscriptions.day(subscription.period_end))
    if subscription.is_plan and subscription.cancel_at:
        return _("The plan ends by itself on %(day)s.", day=subscriptions.day(subscription.cancel_at))
    if subscription.cancel_at:
        return _("It ends on %(day)s.", day=subscriptions.day(subscription.cancel_at))
    return ""


def _trialing(subscription: Subscription) -> str:
    if not subscription.has_started:
        return _("The free trial has not begun: its buyer has given no card yet, and nothing is delivered.")
    day = subscriptions.day(subscription.trial_end)
    if subscription.cancels_at_period_end:
        return _("The free trial runs until %(day)s.", day=day)
    return _("The free trial runs until %(day)s; then the card is charged for the first time.", day=day)


def _incomplete(subscription: Subscription) -> str:
    return _("The first payment has not been made, and nothing is delivered yet.")


def _canceled(subscription: Subscription) -> str:
    if subscriptions.is_finished_plan(subscription):
        return _("The plan has come to its end: nothing more will be charged.")
    return str(subscriptions.END_REASONS.get(subscription.end_reason, "")) or _("It has ended.")


MEANINGS: Mapping[str, Callable[[Subscription], str]] = {
    "": lambda subscription: _("Stripe does not know of it yet: its buyer has not come to paying."),
    SubscriptionStatus.INCOMPLETE: _incomplete,
    SubscriptionStatus.INCOMPLETE_EXPIRED: lambda subscription: _(
        "The first payment was not made in time, and nothing was charged."
    ),
    SubscriptionStatus.TRIALING: _trialing,
    SubscriptionStatus.ACTIVE: lambda subscription: _("All is paid."),
    SubscriptionStatus.PAST_DUE: lambda subscription: _("A renewal is not paid."),
    SubscriptionStatus.UNPAID: lambda subscription: _(
        "Stripe has given up charging the card. The subscription still stands, but nothing is collected."
    ),
    SubscriptionStatus.PAUSED: lambda subscription: _("The free trial is over and there is no card to charge."),
    SubscriptionStatus.CANCELED: _canceled,
}

WAYS_BACK: Mapping[str, Callable[[Subscription], str]] = {
    # Stripe keeps a first payment open so long (docs.stripe.com/billing/subscriptions/overview, "incomplete").
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
    SubscriptionStatus.PAUSED: lambda subscription: _(
        "Send the customer to their own page: when they have given a card, resume the collection here."
    ),
    SubscriptionStatus.CANCELED: lambda subscription: (
        ""
        if subscriptions.is_finished_plan(subscription)
        else _("Stripe never revives an ended subscription: the customer subscribes anew on the offer’s page.")
    ),
}
