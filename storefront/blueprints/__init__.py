"""The pages: each view finds, calls one verb, renders."""

from flask import Blueprint

from storefront.blueprints import admin, health, metrics, my, orders, pictures, shop, webhooks

BLUEPRINTS: tuple[Blueprint, ...] = (
    shop.blueprint,
    orders.blueprint,
    *my.BLUEPRINTS,
    pictures.blueprint,
    health.blueprint,
    metrics.blueprint,
    webhooks.blueprint,
    *admin.BLUEPRINTS,
)
