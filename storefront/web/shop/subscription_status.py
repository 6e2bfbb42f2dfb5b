"""A subscription's status as text for its customer, with the next step if something is wrong."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from flask_babel import gettext as _
from flask_babel import ngettext

from storefront.models import Invoice, SubscriptionStatus
from storefront.subscriptions import CustomerSubscription
from storefront.web.shop import messages, pause_messages
from storefront.web.support import day, interval_text, money, unclear_terms


class NextStep(StrEnum):
    """What the customer can do about the subscription's status."""

    NONE = ""
    PAY = "pay"
    CHANGE_CARD = "change_card"
    FINISH_ORDER = "finish_order"  # make the first payment
    BUY_AGAIN = "buy_again"


@dataclass(frozen=True)
class StatusDescription:
    """`badge` is one or two words, `description` a few sentences; `tone` is success, neutral or warning.

    `button` is the label of the link to the next step.
    """

    badge: str
    description: str
    tone: str = "success"
    next_step: NextStep = NextStep.NONE
    button: str = ""


def describe_status(customer_subscription: CustomerSubscription) -> StatusDescription:
    """The current status. An open invoice, a pause or a planned cancellation replaces the text of Stripe's status."""
    subscription, open_invoice = customer_subscription.subscription, customer_subscription.waiting
    if subscription.is_ended and open_invoice is not None and subscription.is_plan:
        return _installment_open(open_invoice)
    if (
        subscription.status in (SubscriptionStatus.TRIALING, SubscriptionStatus.CANCELED)
        and not subscription.has_started
    ):
        return _never_started(customer_subscription)
    if subscription.status == SubscriptionStatus.ACTIVE and open_invoice is not None:
        # The latest period is paid, an earlier one is not.
        return _invoice_open(open_invoice)
    if subscription.is_running and subscription.paused and subscription.status != SubscriptionStatus.PAST_DUE:
        return _collection_paused(customer_subscription)
    if subscription.is_running and subscription.ends_with_period and subscription.status != SubscriptionStatus.PAST_DUE:
        return _ends_with_period(customer_subscription)
    if subscription.lacks_card and subscription.next_charge_at is not None and open_invoice is None:
        return _card_missing(customer_subscription)
    return DESCRIPTIONS.get(subscription.status, _unknown)(customer_subscription)


def _trialing(customer_subscription: CustomerSubscription) -> StatusDescription:
    subscription = customer_subscription.subscription
    if note := unclear_terms(subscription):
        until = _("Free until %(day)s.", day=day(subscription.trial_end or subscription.period_end))
        return StatusDescription(_("Free trial"), f"{until} {note}")
    description = _(
        "Free until %(day)s, then %(amount)s %(rhythm)s.",
        day=day(subscription.trial_end or subscription.period_end),
        amount=money(subscription.total),
        rhythm=interval_text(subscription),
    )
    if subscription.next_discount:
        description = _(
            "Free until %(day)s, then %(first)s once and %(amount)s %(rhythm)s.",
            day=day(subscription.trial_end or subscription.period_end),
            first=money(subscription.next_charge),
            amount=money(subscription.total),
            rhythm=interval_text(subscription),
        )
    return StatusDescription(_("Free trial"), description)


def _active(customer_subscription: CustomerSubscription) -> StatusDescription:
    subscription = customer_subscription.subscription
    if subscription.is_plan:
        description = ngettext(
            "%(paid)s of %(num)s installment paid.",
            "%(paid)s of %(num)s installments paid.",
            subscription.instalments,
            paid=customer_subscription.installments_paid,
        )
        return StatusDescription(_("Payments in progress"), description)
    if subscription.cancel_at is not None:
        return StatusDescription(_("Active"), _("Ends automatically on %(day)s.", day=day(subscription.cancel_at)))
    return StatusDescription(_("Active"), _("Up to date"))


def _collection_paused(customer_subscription: CustomerSubscription) -> StatusDescription:
    until = customer_subscription.subscription.resumes_at
    description = (
        _("Paused by the seller. You won’t be charged until %(day)s.", day=day(until))
        if until
        else _("Paused by the seller. You won’t be charged until payments resume; we’ll email you first.")
    )
    return StatusDescription(_("Paused"), description, "neutral")


def _ends_with_period(customer_subscription: CustomerSubscription) -> StatusDescription:
    subscription = customer_subscription.subscription
    if subscription.status == SubscriptionStatus.TRIALING:
        description = _(
            "Canceled. Your free trial ends on %(day)s and you won’t be charged.",
            day=day(subscription.planned_end),
        )
    else:
        description = _(
            "Canceled. You have access until %(day)s and won’t be charged again.",
            day=day(subscription.planned_end),
        )
    return StatusDescription(_("Canceled"), description, "neutral")


def _card_missing(customer_subscription: CustomerSubscription) -> StatusDescription:
    subscription = customer_subscription.subscription
    if subscription.status == SubscriptionStatus.PAST_DUE or subscription.unclear_terms:
        description = str(messages.NO_CARD)
    else:
        amount, at = money(subscription.next_charge), day(subscription.next_charge_at)
        charge = _("%(amount)s is due on %(day)s. Add a card before then.", amount=amount, day=at)
        description = f"{messages.NO_CARD} {charge}"
    return StatusDescription(_("No card"), description, "warning", NextStep.CHANGE_CARD, _("Add card"))


def _past_due(customer_subscription: CustomerSubscription) -> StatusDescription:
    if customer_subscription.waiting is not None:
        return _invoice_open(customer_subscription.waiting)
    description = _("Your last payment failed. We’ll retry automatically, or you can update your card.")
    return StatusDescription(_("Not paid yet"), description, "warning", NextStep.CHANGE_CARD, _("Update card"))


def _invoice_open(invoice: Invoice) -> StatusDescription:
    if invoice.asks_bank:
        description = _(
            "Your bank asks you to confirm the %(amount)s payment. You haven’t been charged yet.",
            amount=money(invoice.total),
        )
        return StatusDescription(_("Needs confirmation"), description, "warning", NextStep.PAY, _("Confirm payment"))
    reason = messages.failure_message(invoice.error_code, invoice.decline_code) or str(messages.DECLINED)
    if invoice.lacks_card:
        reason = str(messages.NO_CARD)
    description = _("We couldn’t charge %(amount)s. %(why)s", amount=money(invoice.total), why=reason)
    return StatusDescription(_("Not paid"), description, "warning", NextStep.PAY, _("Pay now"))


def _unpaid(customer_subscription: CustomerSubscription) -> StatusDescription:
    if customer_subscription.waiting is None:
        description = _("A payment failed. Update your card to continue the subscription.")
        return StatusDescription(_("Past due"), description, "warning", NextStep.CHANGE_CARD, _("Update card"))
    amount = money(customer_subscription.waiting.total)
    description = _("%(amount)s wasn’t paid in time. Pay it to continue the subscription.", amount=amount)
    return StatusDescription(_("Past due"), description, "warning", NextStep.PAY, _("Pay now"))


def _paused(customer_subscription: CustomerSubscription) -> StatusDescription:
    """Stripe's own status "paused", not to be confused with a paused collection."""
    subscription = customer_subscription.subscription
    if customer_subscription.waiting is not None:
        return _invoice_open(customer_subscription.waiting)
    reason, has_card = subscription.pause_reason, bool(subscription.card_id)
    description = pause_messages.pause_message(reason, has_card)
    if not pause_messages.needs_card(reason, has_card):
        return StatusDescription(_("Paused"), description, "neutral")
    button = _("Update card") if has_card else _("Add card")
    return StatusDescription(_("Past due"), description, "warning", NextStep.CHANGE_CARD, button)


def _ended(customer_subscription: CustomerSubscription) -> StatusDescription:
    subscription = customer_subscription.subscription
    ended = day(subscription.ended_at or subscription.canceled_at or subscription.period_end)
    if subscription.is_plan and customer_subscription.installments_paid >= subscription.instalments:
        return StatusDescription(_("Paid in full"), _("All installments are paid. Thank you!"))
    if subscription.end_reason == "payment_failed":
        description = _("Ended on %(day)s because it wasn’t paid. You don’t owe anything.", day=ended)
    else:
        description = _("Ended on %(day)s. You won’t be charged again.", day=ended)
    button = _("Order again") if subscription.is_plan else _("Subscribe again")
    return StatusDescription(_("Ended"), description, "neutral", NextStep.BUY_AGAIN, button)


def _installment_open(invoice: Invoice) -> StatusDescription:
    description = _(
        "The plan has ended, but an installment of %(amount)s is still unpaid.", amount=money(invoice.total)
    )
    return StatusDescription(_("Not paid"), description, "warning", NextStep.PAY, _("Pay now"))


def _never_started(customer_subscription: CustomerSubscription) -> StatusDescription:
    description = _(
        "The first payment wasn’t made in time, so the subscription didn’t start. You haven’t been charged."
    )
    if customer_subscription.subscription.trial_days:
        description = _("No card was added, so the free trial didn’t start. You haven’t been charged.")
    if customer_subscription.subscription.order.is_payable:
        return StatusDescription(_("Not started"), description, "neutral", NextStep.FINISH_ORDER, _("Start again"))
    return StatusDescription(_("Not started"), description, "neutral", NextStep.BUY_AGAIN, _("Subscribe again"))


def _unknown(customer_subscription: CustomerSubscription) -> StatusDescription:
    """A status that this version of the shop does not know."""
    return StatusDescription(customer_subscription.subscription.status, "", "neutral")


# By Stripe's subscription status.
DESCRIPTIONS: Mapping[str, Callable[[CustomerSubscription], StatusDescription]] = {
    SubscriptionStatus.TRIALING: _trialing,
    SubscriptionStatus.ACTIVE: _active,
    SubscriptionStatus.PAST_DUE: _past_due,
    SubscriptionStatus.UNPAID: _unpaid,
    SubscriptionStatus.PAUSED: _paused,
    SubscriptionStatus.CANCELED: _ended,
    SubscriptionStatus.INCOMPLETE_EXPIRED: _never_started,
}
