"""Pages of settings: the index, payment systems, the shop's profile, legal texts, email, and delays and limits."""

from flask import Blueprint

from storefront.web.admin.settings import email, index, legal, limits, shop

BLUEPRINTS: tuple[Blueprint, ...] = (
    index.blueprint,
    shop.blueprint,
    email.blueprint,
    limits.blueprint,
    legal.blueprint,
)

__all__ = ["BLUEPRINTS"]
