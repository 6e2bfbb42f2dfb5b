"""What may be done with a subscription, and by whom. Pages offer what is allowed here; operations check it again.

Each answer follows from our rows alone. Stripe may know more: operations handle what Stripe refuses.
"""

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Literal

from storefront.models import CHARGED_STATUSES, Subscription, SubscriptionStatus

# Who does it: the customer or the owner. The values are stored in timeline entries.
Actor = Literal["buyer", "owner"]


class Action(StrEnum):
    """An action on a subscription. Templates read the values."""

    CANCEL_NOW = "cancel_now"
    CANCEL_AT_PERIOD_END = "cancel_at_period_end"
    REACTIVATE = "keep"  # take back a cancellation at period end
    PAUSE = "pause"  # pause collection
    RESUME = "resume"
    EXTEND_TRIAL = "extend_trial"
    CHANGE_PRICE = "change_price"
    SWITCH_PLAN = "switch_plan"  # to another price option of the offer
    KEEP_PLAN = "keep_plan"  # take back a switch that is not in effect yet
    CHANGE_CARD = "change_card"
    REFRESH = "refresh"  # fetch it from Stripe again


class Cancellation(StrEnum):
    """When a subscription ends if it is canceled now. The values are also those of the cancellation forms."""

    IMMEDIATELY = "now"
    AT_PERIOD_END = "period_end"
    ONLY_BY_SELLER = "seller"
    NONE = "none"  # it has ended, is canceled already, or never began


CUSTOMER_ACTIONS = frozenset(
    {
        Action.CANCEL_NOW,
        Action.CANCEL_AT_PERIOD_END,
        Action.REACTIVATE,
        Action.CHANGE_CARD,
        Action.SWITCH_PLAN,
        Action.KEEP_PLAN,
    }
)
OWNER_ACTIONS = frozenset(Action) - {Action.CHANGE_CARD}
# A code of `obstacle`: there is nothing to change. Operations then do nothing and raise nothing.
ALREADY = "already"
# Statuses of a subscription whose present period is not paid, and the code for each. Such a subscription can only be
# canceled immediately: nobody pays for a period that is not delivered.
UNPAID: dict[str, str] = {
    SubscriptionStatus.PAST_DUE: "renewal_unpaid",
    SubscriptionStatus.UNPAID: "charging_given_up",
    SubscriptionStatus.PAUSED: "paused_at_stripe",
}

# Only a period that is paid, or free, can be prorated.
SWITCHABLE_STATUSES = frozenset({SubscriptionStatus.TRIALING, SubscriptionStatus.ACTIVE})
# An offer with one option has no other to switch to.
FEWEST_OPTIONS = 2


def allowed_actions(subscription: Subscription, by: Actor) -> frozenset[Action]:
    """The actions to offer. Empty if the merchant is disconnected: its account can't be changed."""
    if not subscription.merchant.takes_payments:
        return frozenset()
    return frozenset(action for action in Action if not obstacle(subscription, action, by))


def cancellation(subscription: Subscription, by: Actor) -> Cancellation:
    """When the subscription ends if it is canceled now. If the owner can choose, AT_PERIOD_END.

    Disconnected merchants make no difference: the cancellation page then says that it is not possible now.
    """
    if not obstacle(subscription, Action.CANCEL_AT_PERIOD_END, by):
        return Cancellation.AT_PERIOD_END
    refused = obstacle(subscription, Action.CANCEL_NOW, by)
    if not refused:
        return Cancellation.IMMEDIATELY
    return Cancellation.ONLY_BY_SELLER if refused == "plan_by_owner_only" else Cancellation.NONE


def ends_only_immediately(subscription: Subscription, by: Actor) -> bool:
    """Whether a cancellation for the end of the period is not possible, but an immediate one is."""
    return obstacle(subscription, Action.CANCEL_AT_PERIOD_END, by) in {*UNPAID.values(), "now_only"}


def obstacle(subscription: Subscription, action: Action, by: Actor) -> str:
    """Why the action is not allowed: a code with a text in the admin's labels, ALREADY, or "" if it is allowed.

    The operation checks what the person enters (a date, a price).
    """
    if action not in (CUSTOMER_ACTIONS if by == "buyer" else OWNER_ACTIONS):
        return "not_allowed"
    if action is Action.REFRESH:
        return "" if subscription.subscription_id else "subscription_not_begun"
    if subscription.unwanted:
        # It is about to be canceled at Stripe.
        return "subscription_ended"
    if not subscription.is_running:
        return "subscription_ended" if subscription.is_ended else "subscription_not_begun"
    return CHECKS[action](subscription, by)


def _cancel_now(subscription: Subscription, by: Actor) -> str:
    if by == "owner":
        return ""
    if subscription.ends_with_period:
        return ALREADY
    if subscription.is_plan:
        return "plan_by_owner_only"
    if subscription.status in UNPAID or subscription.order.cancellation == Cancellation.IMMEDIATELY:
        return ""
    return "period_end_only"


def _plan_end_is_fixed(by: Actor) -> str:
    """A Stripe schedule ends a plan after its last installment: no other end can be planned, or taken back."""
    return "plan_by_owner_only" if by == "buyer" else "plan_at_once_only"


def _cancel_at_period_end(subscription: Subscription, by: Actor) -> str:
    if subscription.is_plan:
        return _plan_end_is_fixed(by)
    if subscription.status in UNPAID:
        return UNPAID[subscription.status]
    if subscription.ends_with_period:
        return ALREADY
    if by == "buyer" and subscription.order.cancellation == Cancellation.IMMEDIATELY:
        return "now_only"
    return ""


def _reactivate(subscription: Subscription, by: Actor) -> str:
    if subscription.planned_end is None:
        return ALREADY
    if subscription.is_plan:
        return _plan_end_is_fixed(by)
    return ""


def _pause(subscription: Subscription, by: Actor) -> str:
    if subscription.is_plan:
        # An installment voided during a pause would never be collected.
        return "plan_never_pauses"
    if subscription.ends_with_period:
        return "trial_cancelled"
    if subscription.status not in CHARGED_STATUSES:
        return UNPAID[subscription.status]
    return "collection_paused" if subscription.paused else ""


def _resume(subscription: Subscription, by: Actor) -> str:
    return "" if subscription.paused or subscription.status == SubscriptionStatus.PAUSED else ALREADY


def _extend_trial(subscription: Subscription, by: Actor) -> str:
    if subscription.status != SubscriptionStatus.TRIALING or subscription.trial_end is None:
        return "trial_over"
    if subscription.is_plan:
        return "plan_price_fixed"
    return "trial_cancelled" if subscription.planned_end is not None else ""


def _change_price(subscription: Subscription, by: Actor) -> str:
    """`Subscription.repriceable` is the same rule as a query condition."""
    if subscription.is_plan:
        return "plan_price_fixed"
    if subscription.ends_with_period:
        return "subscription_ends"
    if subscription.switch_id is not None:
        return "switch_open"
    if not subscription.has_own_terms:
        return "terms_changed_at_stripe"
    return "" if subscription.is_repriceable else UNPAID[subscription.status]


def _switch_plan(subscription: Subscription, by: Actor) -> str:
    offer = subscription.order.offer
    obstacles = (
        (by == "buyer" and not offer.plan_switching, "not_allowed"),
        (subscription.is_plan, "plan_price_fixed"),
        (subscription.switch_id is not None, "switch_open"),
        (offer.option_count < FEWEST_OPTIONS or offer.currency != subscription.currency, "no_other_plan"),
        (subscription.planned_end is not None, "trial_cancelled"),
        (subscription.status not in SWITCHABLE_STATUSES, UNPAID.get(subscription.status, "")),
        (subscription.paused, "collection_paused"),
        (not subscription.has_own_terms, "terms_changed_at_stripe"),
        (subscription.next_unit_amount is not None, "price_waits"),
    )
    return next((code for applies, code in obstacles if applies), "")


def _keep_plan(subscription: Subscription, by: Actor) -> str:
    """Whether one is open. Its row says whether it can still be taken back."""
    return ALREADY if subscription.switch_id is None else ""


CHECKS: Mapping[Action, Callable[[Subscription, Actor], str]] = {
    Action.CANCEL_NOW: _cancel_now,
    Action.CANCEL_AT_PERIOD_END: _cancel_at_period_end,
    Action.REACTIVATE: _reactivate,
    Action.PAUSE: _pause,
    Action.RESUME: _resume,
    Action.EXTEND_TRIAL: _extend_trial,
    Action.CHANGE_PRICE: _change_price,
    Action.SWITCH_PLAN: _switch_plan,
    Action.KEEP_PLAN: _keep_plan,
    Action.CHANGE_CARD: lambda subscription, by: "",
}
