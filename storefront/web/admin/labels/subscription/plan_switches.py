"""Switches of plans in the timeline, as sentences."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from storefront import i18n
from storefront.models import Order, TimelineKind
from storefront.money import Money
from storefront.web.support import current_language, day, money

Detail = Mapping[str, Any]

# Why a switch was undone, by the entry's `reason`.
REASONS: Mapping[str, Any] = {
    "buyer": _l("The customer kept the current plan."),
    "owner": _l("You kept the current plan."),
    "expired": _l("The payment wasn’t made in time."),
    "canceled": _l("The subscription was canceled."),
    "ended": _l("The subscription ended."),
    "stripe": _l("It was removed in Stripe."),
    "refused": _l("Stripe declined it."),
}


def _requested(detail: Detail, order: Order) -> str:
    plan, price = _plan(detail), _price(detail, order)
    if not detail.get("at"):
        return _("Plan switch to %(plan)s requested: %(price)s. It waits for its payment.", plan=plan, price=price)
    when = day(datetime.fromisoformat(str(detail["at"])))
    return _("Plan switch to %(plan)s scheduled for %(day)s: %(price)s.", plan=plan, day=when, price=price)


def _switched(detail: Detail, order: Order) -> str:
    before, price = i18n.isolate(str(detail.get("before") or "")), _price(detail, order)
    if not detail.get("before"):
        return _("Plan switched to %(plan)s: %(price)s.", plan=_plan(detail), price=price)
    return _("Plan switched from %(before)s to %(plan)s: %(price)s.", before=before, plan=_plan(detail), price=price)


def _undone(detail: Detail, order: Order) -> str:
    undone = _("Plan switch to %(plan)s undone.", plan=_plan(detail))
    return " ".join(filter(None, (undone, str(REASONS.get(str(detail.get("reason")), "")))))


def _plan(detail: Detail) -> str:
    return i18n.isolate(str(detail.get("after") or ""))


def _price(detail: Detail, order: Order) -> str:
    amount = money(Money(int(detail.get("amount") or 0), order.currency))
    every = i18n.interval_text(detail["every"], detail["interval"], i18n.catalog_for(current_language()))
    return f"{amount} {every}"


SWITCH_SENTENCES: Mapping[str, Callable[[Detail, Order], str]] = {
    TimelineKind.PLAN_SWITCH_REQUESTED: _requested,
    TimelineKind.PLAN_SWITCHED: _switched,
    TimelineKind.PLAN_SWITCH_UNDONE: _undone,
}
