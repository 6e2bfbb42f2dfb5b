"""The pages: each view finds, calls one verb, renders."""

from flask import Blueprint

from storefront.web import admin
from storefront.web import customer as my
from storefront.web.endpoints import health, metrics, webhooks
from storefront.web.endpoints import images as pictures
from storefront.web.shop import offers as shop
from storefront.web.shop import orders

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
