"""The pages: each view finds, calls one verb, renders."""

from flask import Blueprint

from storefront.blueprints import admin, health, orders, shop, webhooks

BLUEPRINTS: tuple[Blueprint, ...] = (
    shop.blueprint,
    orders.blueprint,
    health.blueprint,
    webhooks.blueprint,
    *admin.BLUEPRINTS,
)
