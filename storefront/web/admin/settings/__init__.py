"""Pages of settings: index, payment systems, shop, legal texts, email, delays and limits, other programs."""

from flask import Blueprint

from storefront.web.admin.settings import (
    api_tokens,
    audit,
    audit_exports,
    email,
    index,
    legal,
    limits,
    notifications,
    shop,
    webhook_deliveries,
    webhooks,
)

BLUEPRINTS: tuple[Blueprint, ...] = (
    index.blueprint,
    shop.blueprint,
    email.blueprint,
    limits.blueprint,
    legal.blueprint,
    api_tokens.blueprint,
    webhooks.blueprint,
    webhook_deliveries.blueprint,
    notifications.blueprint,
    audit.blueprint,
    audit_exports.blueprint,
)

__all__ = ["BLUEPRINTS"]
