"""The HTTP side of the shop: pages, forms and endpoints. A view finds its records, calls one operation and renders."""

from flask import Blueprint

from storefront.web import admin, customer, endpoints, shop
from storefront.web.admin.labels.doctor import sentence as finding_text
from storefront.web.admin.session import first_admin_address
from storefront.web.forms import MIN_PASSWORD
from storefront.web.support import init_app, shop_config

BLUEPRINTS: tuple[Blueprint, ...] = (
    *shop.BLUEPRINTS,
    *customer.BLUEPRINTS,
    *endpoints.BLUEPRINTS,
    *admin.BLUEPRINTS,
)

__all__ = ["BLUEPRINTS", "MIN_PASSWORD", "finding_text", "first_admin_address", "init_app", "shop_config"]
