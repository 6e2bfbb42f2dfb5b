"""Pages of settings: the index, payment systems, the shop's profile, email, and delays and limits."""

from flask import Blueprint

from storefront.web.admin.settings import email, index, limits, shop

BLUEPRINTS: tuple[Blueprint, ...] = (
    index.blueprint,
    shop.blueprint,
    email.blueprint,
    limits.blueprint,
)

__all__ = ["BLUEPRINTS"]
