"""Pages of merchants (Stripe accounts): connect, edit, check and disconnect them, move their offers, webhooks."""

from flask import Blueprint

from storefront.web.admin.merchants import (
    checks,
    disconnections,
    imports,
    merchants,
    offer_moves,
    previous_keys,
    rehearsals,
    webhook_tests,
    webhooks,
)

BLUEPRINTS: tuple[Blueprint, ...] = (
    merchants.blueprint,
    checks.blueprint,
    disconnections.blueprint,
    imports.blueprint,
    offer_moves.blueprint,
    previous_keys.blueprint,
    rehearsals.blueprint,
    webhooks.blueprint,
    webhook_tests.blueprint,
)

__all__ = ["BLUEPRINTS"]
