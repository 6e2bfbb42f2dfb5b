"""How often something is paid, as words of the owner's pages: “€9.99 every month”."""

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
        "The buyer can cancel at any time, and keeps what is paid until the period ends."
    ),
    CancellationTiming.IMMEDIATELY: _l("The buyer can cancel at any time; it ends at once."),
}


def rhythm(of: Order | Subscription) -> str:
    """`every month`, `every 2 weeks`; of a plan `every month, 3 instalments`."""
    words = i18n.interval_text(of.every, of.interval, i18n.catalog_for(current_language()))
    if not of.instalments:
        return words
    instalments = ngettext("%(num)s instalment", "%(num)s instalments", of.instalments)
    return _("%(rhythm)s, %(instalments)s", rhythm=words, instalments=instalments)


def price(amount: Money, of: Order | Subscription) -> str:
    """What is paid each time, and how often."""
    return _("%(amount)s %(rhythm)s", amount=money(amount), rhythm=rhythm(of))


def promised(order: Order) -> str:
    """What its buyer was promised at the beginning, in sentences."""
    said = [_("%(price)s.", price=price(order.recurring_total, order))]
    if order.has_trial:
        said.append(ngettext("The first %(num)s day is free.", "The first %(num)s days are free.", order.trial_days))
    if order.kind == BillingKind.RECURRING:
        said.append(str(CANCELLATIONS[order.cancellation]))
    return " ".join(said)
