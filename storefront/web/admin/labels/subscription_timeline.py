"""Timeline entries of subscriptions and their invoices, as sentences."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from storefront import i18n
from storefront.models import InvoiceNeed, InvoiceStatus, Order, SubscriptionStatus, SwitchNeed, TimelineKind
from storefront.money import Money
from storefront.web.admin.labels.failure_codes import failure_reason
from storefront.web.admin.labels.form_errors import FIELD_ERRORS
from storefront.web.admin.labels.subscription.pauses import PAUSED, pause_reason
from storefront.web.admin.labels.subscription.plan_switches import SWITCH_SENTENCES
from storefront.web.admin.labels.subscriptions import END_REASONS
from storefront.web.support import card_name, current_language, day, money

Detail = Mapping[str, Any]

STATUSES: Mapping[str, Any] = {
    SubscriptionStatus.INCOMPLETE: _l("Waiting for the first payment."),
    SubscriptionStatus.INCOMPLETE_EXPIRED: _l(
        "The first payment wasn’t made in time. The subscription hasn’t started."
    ),
    SubscriptionStatus.TRIALING: _l("Free trial started."),
    SubscriptionStatus.ACTIVE: _l("Subscription active, everything paid."),
    SubscriptionStatus.PAST_DUE: _l("Renewal not paid. The subscription is past due."),
    SubscriptionStatus.UNPAID: _l("Stripe has stopped trying to charge the card. The subscription is unpaid."),
    SubscriptionStatus.PAUSED: PAUSED,
    SubscriptionStatus.CANCELED: _l("Subscription ended."),
}
# By the side that acted: `by` of the entry's detail.
BY_ACTOR: Mapping[str, Any] = {
    "reactivated": {
        "owner": _l("You undid the cancellation. The subscription continues."),
        "buyer": _l("The customer undid the cancellation. The subscription continues."),
    },
    "canceled_now": {
        "owner": _l("You canceled the subscription. It ended immediately."),
        "buyer": _l("The customer canceled the subscription. It ended immediately."),
    },
    "canceled_later": {
        "owner": _l("You canceled the subscription. It ends with the paid period."),
        "buyer": _l("The customer canceled the subscription. It ends with the paid period."),
    },
}


def subscription_entry(kind: str, detail: Detail, order: Order) -> str:
    """What happened, as a sentence; "" for kinds that aren't about a subscription."""
    if kind == TimelineKind.PAID and order.has_trial and not order.amount:
        return _("Card saved. Nothing was charged.")
    return SENTENCES[kind](detail, order) if kind in SENTENCES else ""


def _by_actor(event: str, detail: Detail) -> str:
    return str(BY_ACTOR[event]["buyer" if detail.get("by") == "buyer" else "owner"])


def _status(detail: Detail, order: Order) -> str:
    status = str(detail.get("status", ""))
    if status == SubscriptionStatus.PAUSED:
        return pause_reason(str(detail.get("reason", "")))
    text = str(STATUSES.get(status, status))
    reason = END_REASONS.get(str(detail.get("reason", ""))) if status == SubscriptionStatus.CANCELED else None
    return f"{text} {reason}" if reason else text


def _canceled(detail: Detail, order: Order) -> str:
    return _by_actor("canceled_now" if detail.get("at_once") else "canceled_later", detail)


def _paused(detail: Detail, order: Order) -> str:
    until = _day(detail, "until")
    if until:
        return _("You paused payments until %(day)s.", day=until)
    return _("You paused payments.")


def _resumed(detail: Detail, order: Order) -> str:
    if "is_paid" not in detail:
        return _("You resumed payments.")
    if detail["is_paid"]:
        return _("You resumed the subscription. A new period has started and is paid.")
    return _("You resumed the subscription. It continues once its payment succeeds.")


def _trial_extended(detail: Detail, order: Order) -> str:
    return _("You extended the free trial to %(day)s.", day=_day(detail, "until"))


def _price_announced(detail: Detail, order: Order) -> str:
    before, after = _amount(detail, "before", order), _amount(detail, "after", order)
    return _("You scheduled a new price: %(after)s instead of %(before)s.", after=after, before=before)


def _price_changed(detail: Detail, order: Order) -> str:
    after = _amount(detail, "after", order)
    return _("New price from the next period: %(after)s. The customer was notified.", after=after)


def _price_dropped(detail: Detail, order: Order) -> str:
    reason = FIELD_ERRORS.get(str(detail.get("code", "")))
    dropped = _("The new price of %(after)s was dropped. The old price stays.", after=_amount(detail, "after", order))
    return f"{dropped} {reason}" if reason else dropped


def _card_changed(detail: Detail, order: Order) -> str:
    return _(
        "Card changed: %(card)s.",
        card=card_name(detail.get("brand", ""), detail.get("last4", "")),
    )


def _card_removed(detail: Detail, order: Order) -> str:
    return _("Card removed: %(card)s.", card=card_name(detail.get("brand", ""), detail.get("last4", "")))


def _invoice_paid(detail: Detail, order: Order) -> str:
    values = {"number": detail.get("number", ""), "amount": _amount(detail, "amount", order)}
    if detail.get("recovered"):
        return _("Recovered: invoice %(number)s failed at first and is now paid, %(amount)s.", **values)
    return _("Invoice %(number)s paid: %(amount)s.", **values)


def _invoice_paid_outside(detail: Detail, order: Order) -> str:
    values = {"number": detail.get("number", ""), "amount": _amount(detail, "amount", order)}
    return _("Invoice %(number)s marked as paid outside of Stripe: %(amount)s.", **values)


def _terms_changed(detail: Detail, order: Order) -> str:
    if detail.get("unclear"):
        note = i18n.unclear_terms_text(detail["unclear"], i18n.catalog_for(current_language()))
        return _("Subscription changed in Stripe. %(note)s", note=note)
    before, after = _amount(detail, "before", order), _amount(detail, "after", order)
    interval = i18n.interval_text(detail["every"], detail["interval"], i18n.catalog_for(current_language()))
    return _(
        "Subscription changed in Stripe: it now costs %(after)s %(interval)s (before: %(before)s).",
        after=after,
        interval=interval,
        before=before,
    )


def _trial_shortened(detail: Detail, order: Order) -> str:
    return _("Free trial shortened in Stripe. It was supposed to end on %(day)s.", day=_day(detail, "before"))


def _invoice_needs(detail: Detail, order: Order) -> str:
    values = {"number": detail.get("number", ""), "amount": _amount(detail, "amount", order)}
    if detail.get("needs") in (InvoiceNeed.AUTHENTICATION, SwitchNeed.AUTHENTICATION):
        return _("Invoice %(number)s not paid: %(amount)s needs the customer’s confirmation (3D Secure).", **values)
    why = failure_reason(str(detail.get("code") or "card_declined"))
    return _("Invoice %(number)s not paid: couldn’t charge %(amount)s to the card (%(why)s).", **values, why=why)


def _invoice_closed(detail: Detail, order: Order) -> str:
    values = {"number": detail.get("number", ""), "amount": _amount(detail, "amount", order)}
    if detail.get("status") == InvoiceStatus.VOID:
        return _("Invoice %(number)s voided: %(amount)s.", **values)
    return _("Invoice %(number)s marked uncollectible: %(amount)s.", **values)


def _email_changed(detail: Detail, order: Order) -> str:
    before, after = detail.get("before", ""), detail.get("after", "")
    return _("The customer’s email changed from %(before)s to %(after)s.", before=before, after=after)


def _day(detail: Detail, name: str) -> str:
    stored = str(detail.get(name) or "")
    return day(datetime.fromisoformat(stored)) if stored else ""


def _amount(detail: Detail, name: str, order: Order) -> str:
    return money(Money(int(detail.get(name) or 0), order.currency))


SENTENCES: Mapping[str, Callable[[Detail, Order], str]] = {
    TimelineKind.SUBSCRIPTION_STATUS: _status,
    TimelineKind.SUBSCRIPTION_CANCELED: _canceled,
    TimelineKind.SUBSCRIPTION_REACTIVATED: lambda detail, order: _by_actor("reactivated", detail),
    TimelineKind.SUBSCRIPTION_PAUSED: _paused,
    TimelineKind.SUBSCRIPTION_RESUMED: _resumed,
    TimelineKind.TRIAL_EXTENDED: _trial_extended,
    TimelineKind.PRICE_ANNOUNCED: _price_announced,
    TimelineKind.PRICE_CHANGED: _price_changed,
    TimelineKind.PRICE_DROPPED: _price_dropped,
    **SWITCH_SENTENCES,
    TimelineKind.CARD_CHANGED: _card_changed,
    TimelineKind.CARD_REMOVED: _card_removed,
    TimelineKind.INVOICE_PAID: _invoice_paid,
    TimelineKind.INVOICE_NEEDS: _invoice_needs,
    TimelineKind.INVOICE_CLOSED: _invoice_closed,
    TimelineKind.INVOICE_PAID_OUTSIDE: _invoice_paid_outside,
    TimelineKind.PLAN_END_RESTORED: lambda detail, order: _(
        "The end of the plan was removed or moved in Stripe. The shop restored it."
    ),
    TimelineKind.PLAN_COMPLETED: lambda detail, order: _(
        "In Stripe, the plan would have continued after its last installment. The shop canceled it there."
    ),
    TimelineKind.CANCELLATION_RESTORED: lambda detail, order: _(
        "The customer’s cancellation was undone in Stripe. The shop canceled the subscription again."
    ),
    TimelineKind.TERMS_CHANGED: _terms_changed,
    TimelineKind.TRIAL_SHORTENED: _trial_shortened,
    TimelineKind.EMAIL_CHANGED: _email_changed,
    TimelineKind.ERASED: lambda detail, order: _("The customer’s personal data was erased."),
}
