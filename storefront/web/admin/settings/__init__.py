"""Pages of settings: the index, payment systems, and the shop's time zone, delays and limits."""

from flask import Blueprint

from storefront.web.admin.settings import index, shop

BLUEPRINTS: tuple[Blueprint, ...] = (
    index.blueprint,
    shop.blueprint,
)

__all__ = ["BLUEPRINTS"]
