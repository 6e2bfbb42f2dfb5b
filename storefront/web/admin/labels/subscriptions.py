"""A subscription's status and the reason of its end."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from storefront.models import Subscription, SubscriptionStatus
from storefront.models.search import OpenRenewal
from storefront.web.admin.labels.invoices import invoice_need

STATUSES: Mapping[str, Any] = {
    "": _l("Not in Stripe yet"),
    SubscriptionStatus.INCOMPLETE: _l("First payment pending"),
    SubscriptionStatus.INCOMPLETE_EXPIRED: _l("Never paid"),
    SubscriptionStatus.TRIALING: _l("Free trial"),
    SubscriptionStatus.ACTIVE: _l("Active"),
    SubscriptionStatus.PAST_DUE: _l("Past due"),
    SubscriptionStatus.UNPAID: _l("Unpaid"),
    SubscriptionStatus.PAUSED: _l("Paused in Stripe"),
    SubscriptionStatus.CANCELED: _l("Ended"),
}

END_REASONS: Mapping[str, Any] = {
    "cancellation_requested": _l("Canceled."),
    "payment_failed": _l("Ended by Stripe because a renewal wasn’t paid."),
    "payment_disputed": _l("Ended by Stripe because the bank disputes a payment."),
}

END_CHIPS: Mapping[str, Any] = {
    "cancellation_requested": _l("canceled"),
    "payment_failed": _l("renewal not paid"),
    "payment_disputed": _l("payment disputed"),
}


def subscription_status(subscription: Subscription) -> str:
    """A subscription's status in a few words."""
    if is_finished_plan(subscription):
        return _("Plan completed")
    if is_without_card(subscription):
        return _("Needs a new card")
    return stripe_subscription_status(subscription.status)


def subscription_chip(subscription: Subscription, open_renewal: OpenRenewal | None = None) -> str:
    """The status with its reason, as the chips of lists and pages show it."""
    if open_renewal is not None:
        reason = invoice_need(open_renewal.invoice.needs)
    elif subscription.is_ended:
        reason = str(END_CHIPS.get(subscription.end_reason, "")) if not is_finished_plan(subscription) else ""
    elif subscription.paused:
        reason = _("Payments paused")
    elif subscription.ends_with_period:
        reason = _("canceled")
    else:
        reason = ""
    status = subscription_status(subscription)
    return f"{status} · {reason}" if reason else status


def subscription_chip_class(subscription: Subscription, open_renewal: OpenRenewal | None = None) -> str:
    """The class of that chip, which colors it."""
    if open_renewal is not None or is_without_card(subscription):
        return "needs-customer"
    return "pending" if subscription.paused and not subscription.is_ended else str(subscription.status)


def is_without_card(subscription: Subscription) -> bool:
    """Whether this is a trial whose card could not be saved: it has to be paid with another one."""
    return subscription.status == SubscriptionStatus.TRIALING and not subscription.has_started


def stripe_subscription_status(status: str) -> str:
    """Name of a status of Stripe's; "" is a subscription that isn't at Stripe yet."""
    return str(STATUSES.get(status, status))


def is_finished_plan(subscription: Subscription) -> bool:
    """Whether this is a payment plan that ended because all its instalments were due."""
    ended = subscription.is_plan and subscription.status == SubscriptionStatus.CANCELED
    return bool(ended and (subscription.plan_completed or subscription.end_reason not in END_REASONS))
