"""Billing terms of orders and subscriptions as text: “€9.99 every month”."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from storefront import i18n
from storefront.models import BillingKind, CancellationTiming, Order, Subscription
from storefront.money import Money
from storefront.web.support import current_language, money

CANCELLATIONS: Mapping[str, Any] = {
    CancellationTiming.PERIOD_END: _l(
        "The customer can cancel anytime and keeps access until the end of the paid period."
    ),
    CancellationTiming.IMMEDIATELY: _l("The customer can cancel anytime; access ends immediately."),
}


def billing_interval(terms: Order | Subscription) -> str:
    """`every month`, `every 2 weeks`; for a payment plan `every month, 3 instalments`."""
    interval = i18n.interval_text(terms.every, terms.interval, i18n.catalog_for(current_language()))
    if not terms.instalments:
        return interval
    instalments = ngettext("%(num)s installment", "%(num)s installments", terms.instalments)
    return _("%(rhythm)s, %(instalments)s", rhythm=interval, instalments=instalments)


def recurring_price(amount: Money, terms: Order | Subscription) -> str:
    """`amount` with the billing interval: `€9.99 every month`."""
    return _("%(amount)s %(rhythm)s", amount=money(amount), rhythm=billing_interval(terms))


def agreed_terms(order: Order) -> str:
    """The terms that the customer agreed to at checkout: price, trial and cancellation, as sentences."""
    sentences = [_("%(price)s.", price=recurring_price(order.recurring_total, order))]
    if order.has_trial:
        trial = ngettext("The first %(num)s day is free.", "The first %(num)s days are free.", order.trial_days)
        sentences.append(trial)
    if order.kind == BillingKind.RECURRING:
        sentences.append(str(CANCELLATIONS[order.cancellation]))
    return " ".join(sentences)
