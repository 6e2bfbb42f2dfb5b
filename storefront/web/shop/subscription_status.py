"""How a subscription stands, in words for its buyer, and the way back from where it went wrong."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import ngettext

from storefront.models import Invoice
from storefront.subscriptions import CustomerSubscription
from storefront.web.shop import messages
from storefront.web.support import day, interval_text, money


@dataclass(frozen=True)
class SubscriptionStatus:
    """`badge` is a word or two, `words` are sentences. `tone`: success, neutral or warning.

    `way`: what its buyer can do about it: pay, card (give one), order (finish the first payment), again (subscribe
    anew), or "" where nothing is wrong. `button` are the words for that.
    """

    badge: str
    words: str
    tone: str = "success"
    way: str = ""
    button: str = ""


def describe_status(held: CustomerSubscription) -> SubscriptionStatus:
    """How it stands now."""
    subscription = held.subscription
    if subscription.is_ended and held.waiting is not None and subscription.is_plan:
        return _instalment_open(held.waiting)
    if subscription.status in ("trialing", "canceled") and not subscription.has_begun:
        return _never_began(held)
    if subscription.status == "active" and held.waiting is not None:
        # The newest period is paid, one before it is not.
        return _waits(held.waiting)
    if subscription.is_running and subscription.paused and subscription.status != "past_due":
        return _collection_paused(held)
    if subscription.is_running and subscription.cancels_at_period_end and subscription.status != "past_due":
        return _ending(held)
    return STANDINGS.get(subscription.status, _unknown)(held)


def _trialing(held: CustomerSubscription) -> SubscriptionStatus:
    subscription = held.subscription
    words = _(
        "It is free until %(day)s. Then %(amount)s is charged %(rhythm)s.",
        day=day(subscription.trial_end or subscription.period_end),
        amount=money(subscription.total),
        rhythm=interval_text(subscription.order),
    )
    return SubscriptionStatus(_("Free trial"), words)


def _active(held: CustomerSubscription) -> SubscriptionStatus:
    subscription = held.subscription
    if subscription.is_plan:
        words = ngettext(
            "%(paid)s of %(num)s instalment is paid.",
            "%(paid)s of %(num)s instalments are paid.",
            subscription.instalments,
            paid=held.periods_paid,
        )
        return SubscriptionStatus(_("Being paid"), words)
    if subscription.cancel_at is not None:
        return SubscriptionStatus(_("Active"), _("It ends by itself on %(day)s.", day=day(subscription.cancel_at)))
    return SubscriptionStatus(_("Active"), _("All is paid."))


def _collection_paused(held: CustomerSubscription) -> SubscriptionStatus:
    until = held.subscription.resumes_at
    words = (
        _("The seller has paused it: nothing is charged until %(day)s.", day=day(until))
        if until
        else _("The seller has paused it: nothing is charged until they go on with it, and you will be told before.")
    )
    return SubscriptionStatus(_("Paused"), words, "neutral")


def _ending(held: CustomerSubscription) -> SubscriptionStatus:
    subscription = held.subscription
    if subscription.status == "trialing":
        words = _(
            "It is cancelled: the free trial ends on %(day)s, and nothing is charged.", day=day(subscription.period_end)
        )
    else:
        words = _(
            "It is cancelled and stays yours until %(day)s. Nothing more is charged.", day=day(subscription.period_end)
        )
    return SubscriptionStatus(_("Cancelled"), words, "neutral")


def _past_due(held: CustomerSubscription) -> SubscriptionStatus:
    if held.waiting is not None:
        return _waits(held.waiting)
    words = _("The last payment has not come yet. It is tried again by itself; you can also give another card.")
    return SubscriptionStatus(_("Not paid yet"), words, "warning", "card", _("Change the card"))


def _waits(invoice: Invoice) -> SubscriptionStatus:
    if invoice.needs == "authentication":
        words = _(
            "Your bank wants to know that it is you who pays %(amount)s. Until you confirm it, nothing is charged.",
            amount=money(invoice.total),
        )
        return SubscriptionStatus(_("Your bank asks"), words, "warning", "pay", _("Confirm the payment"))
    why = messages.attempt_failed(invoice.error_code, invoice.decline_code) or str(messages.DECLINED)
    words = _("%(amount)s could not be charged. %(why)s", amount=money(invoice.total), why=why)
    return SubscriptionStatus(_("Not paid"), words, "warning", "pay", _("Pay now"))


def _unpaid(held: CustomerSubscription) -> SubscriptionStatus:
    if held.waiting is None:
        words = _("It is on hold because a payment did not come. With another card it goes on.")
        return SubscriptionStatus(_("On hold"), words, "warning", "card", _("Give another card"))
    amount = money(held.waiting.total)
    words = _(
        "It is on hold because %(amount)s was not paid in time. As soon as it is paid, it goes on.", amount=amount
    )
    return SubscriptionStatus(_("On hold"), words, "warning", "pay", _("Pay now"))


def _stopped(held: CustomerSubscription) -> SubscriptionStatus:
    words = _(
        "The free trial is over, and there is no card to charge. Give a card here and tell the seller: it goes on."
    )
    return SubscriptionStatus(_("On hold"), words, "warning", "card", _("Give a card"))


def _ended(held: CustomerSubscription) -> SubscriptionStatus:
    subscription = held.subscription
    ended = day(subscription.ended_at or subscription.canceled_at or subscription.period_end)
    if subscription.is_plan and held.periods_paid >= subscription.instalments:
        return SubscriptionStatus(_("Paid in full"), _("All instalments are paid. Thank you!"))
    if subscription.end_reason == "payment_failed":
        words = _("It ended on %(day)s because it was not paid. You owe nothing for it.", day=ended)
    else:
        words = _("It ended on %(day)s. Nothing more is charged.", day=ended)
    return SubscriptionStatus(
        _("Ended"), words, "neutral", "again", _("Order again") if subscription.is_plan else _("Subscribe again")
    )


def _instalment_open(invoice: Invoice) -> SubscriptionStatus:
    words = _(
        "The plan has come to its end, but an instalment of %(amount)s is still open.", amount=money(invoice.total)
    )
    return SubscriptionStatus(_("Not paid"), words, "warning", "pay", _("Pay now"))


def _never_began(held: CustomerSubscription) -> SubscriptionStatus:
    words = _("The first payment was not made in time, so it never began. Nothing was charged.")
    if held.subscription.trial_days:
        words = _("No card was given, so the free trial never began. Nothing was charged.")
    if held.subscription.order.is_payable:
        return SubscriptionStatus(_("Not begun"), words, "neutral", "order", _("Start anew"))
    return SubscriptionStatus(_("Not begun"), words, "neutral", "again", _("Subscribe again"))


def _unknown(held: CustomerSubscription) -> SubscriptionStatus:
    return SubscriptionStatus(held.subscription.status, "", "neutral")


STANDINGS: Mapping[str, Callable[[CustomerSubscription], SubscriptionStatus]] = {
    "trialing": _trialing,
    "active": _active,
    "past_due": _past_due,
    "unpaid": _unpaid,
    "paused": _stopped,
    "canceled": _ended,
    "incomplete_expired": _never_began,
}
