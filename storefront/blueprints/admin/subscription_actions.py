"""What an owner can do to a subscription now: only what Stripe would not refuse is offered."""

from storefront.models import Subscription
from storefront.models.subscription import CHARGED
from storefront.models.subscription_search import REPRICEABLE


def of(subscription: Subscription) -> frozenset[str]:
    """Of: ask, cancel, cancel_later, keep, pause, resume, extend, price. Nothing without a connected account."""
    if not subscription.merchant.is_connected or not subscription.subscription_id:
        return frozenset()
    can = {"ask"}
    if subscription.is_running:
        can |= _of_running(subscription)
    return frozenset(can)


def _of_running(subscription: Subscription) -> set[str]:
    can = {"cancel"}
    leaving, plan = subscription.cancels_at_period_end, subscription.is_plan
    if subscription.paused or subscription.status == "paused":
        can.add("resume")
    if plan:
        # Stripe's schedule ends it after its instalments: nothing else is planned beside that.
        return can
    if leaving:
        return can | {"keep"}
    # Nobody is charged for a period that is over unpaid: past due, it can only be cancelled at once.
    if subscription.status in ("trialing", "active"):
        can.add("cancel_later")
    if subscription.status in REPRICEABLE:
        can.add("price")
    if subscription.status in CHARGED and not subscription.paused:
        can.add("pause")
    if subscription.status == "trialing":
        can.add("extend")
    return can
