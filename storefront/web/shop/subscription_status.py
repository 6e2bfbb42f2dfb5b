"""A subscription's status as text for its customer, with the next step if something is wrong."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from flask_babel import gettext as _
from flask_babel import ngettext

from storefront.models import Invoice
from storefront.subscriptions import CustomerSubscription
from storefront.web.shop import messages
from storefront.web.support import day, interval_text, money


class NextStep(StrEnum):
    """What the customer can do about the subscription's status."""

    NONE = ""
    PAY = "pay"
    CHANGE_CARD = "change_card"
    FINISH_ORDER = "finish_order"  # make the first payment
    BUY_AGAIN = "buy_again"


@dataclass(frozen=True)
class SubscriptionStatus:
    """`badge` is one or two words, `description` a few sentences; `tone` is success, neutral or warning.

    `button` is the label of the link to the next step.
    """

    badge: str
    description: str
    tone: str = "success"
    next_step: NextStep = NextStep.NONE
    button: str = ""


def describe_status(customer_subscription: CustomerSubscription) -> SubscriptionStatus:
    """The current status. An open invoice, a pause or a planned cancellation replaces the text of Stripe's status."""
    subscription, open_invoice = customer_subscription.subscription, customer_subscription.waiting
    if subscription.is_ended and open_invoice is not None and subscription.is_plan:
        return _installment_open(open_invoice)
    if subscription.status in ("trialing", "canceled") and not subscription.has_begun:
        return _never_started(customer_subscription)
    if subscription.status == "active" and open_invoice is not None:
        # The latest period is paid, an earlier one is not.
        return _invoice_open(open_invoice)
    if subscription.is_running and subscription.paused and subscription.status != "past_due":
        return _collection_paused(customer_subscription)
    if subscription.is_running and subscription.cancels_at_period_end and subscription.status != "past_due":
        return _cancels_at_period_end(customer_subscription)
    return DESCRIPTIONS.get(subscription.status, _unknown)(customer_subscription)


def _trialing(customer_subscription: CustomerSubscription) -> SubscriptionStatus:
    subscription = customer_subscription.subscription
    description = _(
        "It is free until %(day)s. Then %(amount)s is charged %(rhythm)s.",
        day=day(subscription.trial_end or subscription.period_end),
        amount=money(subscription.total),
        rhythm=interval_text(subscription.order),
    )
    return SubscriptionStatus(_("Free trial"), description)


def _active(customer_subscription: CustomerSubscription) -> SubscriptionStatus:
    subscription = customer_subscription.subscription
    if subscription.is_plan:
        description = ngettext(
            "%(paid)s of %(num)s instalment is paid.",
            "%(paid)s of %(num)s instalments are paid.",
            subscription.instalments,
            paid=customer_subscription.periods_paid,
        )
        return SubscriptionStatus(_("Being paid"), description)
    if subscription.cancel_at is not None:
        return SubscriptionStatus(_("Active"), _("It ends by itself on %(day)s.", day=day(subscription.cancel_at)))
    return SubscriptionStatus(_("Active"), _("All is paid."))


def _collection_paused(customer_subscription: CustomerSubscription) -> SubscriptionStatus:
    until = customer_subscription.subscription.resumes_at
    description = (
        _("The seller has paused it: nothing is charged until %(day)s.", day=day(until))
        if until
        else _("The seller has paused it: nothing is charged until they go on with it, and you will be told before.")
    )
    return SubscriptionStatus(_("Paused"), description, "neutral")


def _cancels_at_period_end(customer_subscription: CustomerSubscription) -> SubscriptionStatus:
    subscription = customer_subscription.subscription
    if subscription.status == "trialing":
        description = _(
            "It is cancelled: the free trial ends on %(day)s, and nothing is charged.", day=day(subscription.period_end)
        )
    else:
        description = _(
            "It is cancelled and stays yours until %(day)s. Nothing more is charged.", day=day(subscription.period_end)
        )
    return SubscriptionStatus(_("Cancelled"), description, "neutral")


def _past_due(customer_subscription: CustomerSubscription) -> SubscriptionStatus:
    if customer_subscription.waiting is not None:
        return _invoice_open(customer_subscription.waiting)
    description = _("The last payment has not come yet. It is tried again by itself; you can also give another card.")
    return SubscriptionStatus(_("Not paid yet"), description, "warning", NextStep.CHANGE_CARD, _("Change the card"))


def _invoice_open(invoice: Invoice) -> SubscriptionStatus:
    if invoice.needs == "authentication":
        description = _(
            "Your bank wants to know that it is you who pays %(amount)s. Until you confirm it, nothing is charged.",
            amount=money(invoice.total),
        )
        return SubscriptionStatus(_("Your bank asks"), description, "warning", NextStep.PAY, _("Confirm the payment"))
    reason = messages.failure_message(invoice.error_code, invoice.decline_code) or str(messages.DECLINED)
    description = _("%(amount)s could not be charged. %(why)s", amount=money(invoice.total), why=reason)
    return SubscriptionStatus(_("Not paid"), description, "warning", NextStep.PAY, _("Pay now"))


def _unpaid(customer_subscription: CustomerSubscription) -> SubscriptionStatus:
    if customer_subscription.waiting is None:
        description = _("It is on hold because a payment did not come. With another card it goes on.")
        return SubscriptionStatus(_("On hold"), description, "warning", NextStep.CHANGE_CARD, _("Give another card"))
    amount = money(customer_subscription.waiting.total)
    description = _(
        "It is on hold because %(amount)s was not paid in time. As soon as it is paid, it goes on.", amount=amount
    )
    return SubscriptionStatus(_("On hold"), description, "warning", NextStep.PAY, _("Pay now"))


def _trial_ended_without_card(customer_subscription: CustomerSubscription) -> SubscriptionStatus:
    """Stripe's own status "paused", not to be confused with a paused collection."""
    description = _(
        "The free trial is over, and there is no card to charge. Give a card here and tell the seller: it goes on."
    )
    return SubscriptionStatus(_("On hold"), description, "warning", NextStep.CHANGE_CARD, _("Give a card"))


def _ended(customer_subscription: CustomerSubscription) -> SubscriptionStatus:
    subscription = customer_subscription.subscription
    ended = day(subscription.ended_at or subscription.canceled_at or subscription.period_end)
    if subscription.is_plan and customer_subscription.periods_paid >= subscription.instalments:
        return SubscriptionStatus(_("Paid in full"), _("All instalments are paid. Thank you!"))
    if subscription.end_reason == "payment_failed":
        description = _("It ended on %(day)s because it was not paid. You owe nothing for it.", day=ended)
    else:
        description = _("It ended on %(day)s. Nothing more is charged.", day=ended)
    button = _("Order again") if subscription.is_plan else _("Subscribe again")
    return SubscriptionStatus(_("Ended"), description, "neutral", NextStep.BUY_AGAIN, button)


def _installment_open(invoice: Invoice) -> SubscriptionStatus:
    description = _(
        "The plan has come to its end, but an instalment of %(amount)s is still open.", amount=money(invoice.total)
    )
    return SubscriptionStatus(_("Not paid"), description, "warning", NextStep.PAY, _("Pay now"))


def _never_started(customer_subscription: CustomerSubscription) -> SubscriptionStatus:
    description = _("The first payment was not made in time, so it never began. Nothing was charged.")
    if customer_subscription.subscription.trial_days:
        description = _("No card was given, so the free trial never began. Nothing was charged.")
    if customer_subscription.subscription.order.is_payable:
        return SubscriptionStatus(_("Not begun"), description, "neutral", NextStep.FINISH_ORDER, _("Start anew"))
    return SubscriptionStatus(_("Not begun"), description, "neutral", NextStep.BUY_AGAIN, _("Subscribe again"))


def _unknown(customer_subscription: CustomerSubscription) -> SubscriptionStatus:
    """A status that this version of the shop does not know."""
    return SubscriptionStatus(customer_subscription.subscription.status, "", "neutral")


# By Stripe's subscription status.
DESCRIPTIONS: Mapping[str, Callable[[CustomerSubscription], SubscriptionStatus]] = {
    "trialing": _trialing,
    "active": _active,
    "past_due": _past_due,
    "unpaid": _unpaid,
    "paused": _trial_ended_without_card,
    "canceled": _ended,
    "incomplete_expired": _never_started,
}
