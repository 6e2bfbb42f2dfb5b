"""What may be done with a subscription, and by whom. Pages offer what is allowed here; operations check it again.

Each answer follows from our rows alone. Stripe may know more: an operation handles what it refuses.
"""

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Literal

from storefront.models import CHARGED_STATUSES, Subscription

By = Literal["buyer", "owner"]


class Action(StrEnum):
    """What somebody does to a subscription."""

    CANCEL_NOW = "cancel_now"
    CANCEL_AT_PERIOD_END = "cancel_at_period_end"
    KEEP = "keep"  # take a planned cancellation back
    PAUSE = "pause"  # collect nothing for some time
    RESUME = "resume"
    EXTEND_TRIAL = "extend_trial"
    CHANGE_PRICE = "change_price"
    CHANGE_CARD = "change_card"
    REFRESH = "refresh"  # ask Stripe about it again


class Cancellation(StrEnum):
    """When a subscription ends if it is canceled now. The values are also those of the cancellation forms."""

    IMMEDIATELY = "now"
    AT_PERIOD_END = "period_end"
    ONLY_BY_SELLER = "seller"
    NONE = "none"  # it has ended, will end anyway, or has never begun


ACTIONS_OF_BUYER = frozenset({Action.CANCEL_NOW, Action.CANCEL_AT_PERIOD_END, Action.KEEP, Action.CHANGE_CARD})
ACTIONS_OF_OWNER = frozenset(Action) - {Action.CHANGE_CARD}
# A code of `obstacle`: what is asked for is the case already. Operations then change nothing and raise nothing.
ALREADY = "already"
# Statuses of a subscription whose present period is not paid, and the code for each. Nobody pays for a period that is
# not delivered: such a subscription can only be canceled immediately.
UNPAID = {"past_due": "renewal_unpaid", "unpaid": "charging_given_up", "paused": "trial_without_card"}


def allowed_actions(subscription: Subscription, by: By) -> frozenset[Action]:
    """The actions to offer. None for a disconnected account, because Stripe can't be asked."""
    if not subscription.merchant.is_connected:
        return frozenset()
    return frozenset(action for action in Action if not obstacle(subscription, action, by))


def cancellation(subscription: Subscription, by: By) -> Cancellation:
    """When it ends if it is canceled now. An owner who can choose gets AT_PERIOD_END, and may choose IMMEDIATELY.

    This does not depend on whether the account is connected: the customer is told that it can't be done for now.
    """
    if not obstacle(subscription, Action.CANCEL_AT_PERIOD_END, by):
        return Cancellation.AT_PERIOD_END
    refused = obstacle(subscription, Action.CANCEL_NOW, by)
    if not refused:
        return Cancellation.IMMEDIATELY
    return Cancellation.ONLY_BY_SELLER if refused == "plan_by_owner_only" else Cancellation.NONE


def ends_only_now(subscription: Subscription, by: By) -> bool:
    """Whether a cancellation for the end of the period is not possible, but an immediate one is."""
    return obstacle(subscription, Action.CANCEL_AT_PERIOD_END, by) in {*UNPAID.values(), "now_only"}


def obstacle(subscription: Subscription, action: Action, by: By) -> str:
    """Why the action is not allowed: a code that has words in the admin's `wording`, ALREADY, or "" if it is allowed.

    What the person enters (a date, a price) is checked by the operation.
    """
    if action not in (ACTIONS_OF_BUYER if by == "buyer" else ACTIONS_OF_OWNER):
        return "not_allowed"
    if action is Action.REFRESH:
        return "" if subscription.subscription_id else "subscription_not_begun"
    if not subscription.is_running:
        return "subscription_ended" if subscription.is_ended else "subscription_not_begun"
    return CHECKS[action](subscription, by)


def _cancel_now(subscription: Subscription, by: By) -> str:
    if by == "owner":
        return ""
    if subscription.cancels_at_period_end:
        return ALREADY
    if subscription.is_plan:
        return "plan_by_owner_only"
    if subscription.status in UNPAID or subscription.order.cancellation == Cancellation.IMMEDIATELY:
        return ""
    return "period_end_only"


def _cancel_at_period_end(subscription: Subscription, by: By) -> str:
    """A plan is run by a Stripe schedule, which ends it after the last installment: no other end can be planned."""
    if subscription.is_plan:
        return "plan_by_owner_only" if by == "buyer" else "plan_at_once_only"
    if subscription.status in UNPAID:
        return UNPAID[subscription.status]
    if subscription.cancels_at_period_end:
        return ALREADY
    if by == "buyer" and subscription.order.cancellation == Cancellation.IMMEDIATELY:
        return "now_only"
    return ""


def _keep(subscription: Subscription, by: By) -> str:
    if not subscription.cancels_at_period_end:
        return ALREADY
    if subscription.is_plan:
        return "plan_by_owner_only" if by == "buyer" else "plan_at_once_only"
    return ""


def _pause(subscription: Subscription, by: By) -> str:
    if subscription.is_plan:
        # A void installment would never be asked for again.
        return "plan_never_pauses"
    if subscription.cancels_at_period_end:
        return "trial_cancelled"
    if subscription.status not in CHARGED_STATUSES:
        return UNPAID[subscription.status]
    return "collection_paused" if subscription.paused else ""


def _resume(subscription: Subscription, by: By) -> str:
    return "" if subscription.paused or subscription.status == "paused" else ALREADY


def _extend_trial(subscription: Subscription, by: By) -> str:
    if subscription.status != "trialing" or subscription.trial_end is None:
        return "trial_over"
    if subscription.is_plan:
        return "plan_price_fixed"
    return "trial_cancelled" if subscription.cancels_at_period_end else ""


def _change_price(subscription: Subscription, by: By) -> str:
    """`Subscription.repriceable` is the same rule as a condition of a query."""
    if subscription.is_plan:
        return "plan_price_fixed"
    if subscription.cancels_at_period_end:
        return "subscription_ends"
    return "" if subscription.is_repriceable else UNPAID[subscription.status]


CHECKS: Mapping[Action, Callable[[Subscription, By], str]] = {
    Action.CANCEL_NOW: _cancel_now,
    Action.CANCEL_AT_PERIOD_END: _cancel_at_period_end,
    Action.KEEP: _keep,
    Action.PAUSE: _pause,
    Action.RESUME: _resume,
    Action.EXTEND_TRIAL: _extend_trial,
    Action.CHANGE_PRICE: _change_price,
    Action.CHANGE_CARD: lambda subscription, by: "",
}
