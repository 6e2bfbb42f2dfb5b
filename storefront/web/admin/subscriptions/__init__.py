"""Pages of subscriptions: the list, queues of open renewals, one subscription and its actions."""

from flask import Blueprint

from storefront.web.admin.subscriptions import (
    cancellations,
    exports,
    pauses,
    pay_links,
    plan_switches,
    prices,
    queues,
    reactivations,
    refreshes,
    refunds,
    reminders,
    resumptions,
    subscriptions,
    trials,
)

BLUEPRINTS: tuple[Blueprint, ...] = (
    queues.blueprint,
    subscriptions.blueprint,
    cancellations.blueprint,
    exports.blueprint,
    reactivations.blueprint,
    reminders.blueprint,
    pauses.blueprint,
    pay_links.blueprint,
    plan_switches.blueprint,
    prices.blueprint,
    refreshes.blueprint,
    refunds.blueprint,
    resumptions.blueprint,
    trials.blueprint,
)

__all__ = ["BLUEPRINTS"]
