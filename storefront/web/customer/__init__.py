"""The customer's pages: a signed link opens the account of one email address."""

from flask import Blueprint

from storefront.web.customer import (
    account,
    cancellations,
    cards,
    data_export,
    email_changes,
    languages,
    login_links,
    plan_switches,
    reactivations,
    receipts,
    subscriptions,
)

BLUEPRINTS: tuple[Blueprint, ...] = tuple(
    page.blueprint
    for page in (
        login_links,
        account,
        subscriptions,
        receipts,
        cards,
        cancellations,
        reactivations,
        plan_switches,
        languages,
        email_changes,
        data_export,
    )
)

__all__ = ["BLUEPRINTS"]
