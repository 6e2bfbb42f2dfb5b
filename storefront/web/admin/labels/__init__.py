"""Codes of the shop and of Stripe as text for the admin."""

from storefront.web.admin.labels.errors import (
    FIELD_ERRORS,
    check_problem,
    country,
    disconnected,
    field_errors,
    lack,
    nothing_saved,
    secret_unreadable,
    stripe_problem,
    webhook_problem,
)
from storefront.web.admin.labels.subscriptions import day
from storefront.web.admin.labels.variables import VARIABLES

__all__ = [
    "FIELD_ERRORS",
    "VARIABLES",
    "check_problem",
    "country",
    "day",
    "disconnected",
    "field_errors",
    "lack",
    "nothing_saved",
    "secret_unreadable",
    "stripe_problem",
    "webhook_problem",
]
