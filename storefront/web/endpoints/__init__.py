"""Endpoints for programs and files: the API, health checks, metrics, Stripe's webhooks, offer images."""

from flask import Blueprint

from storefront.web.endpoints import api, health, images, metrics, shop_files, webhooks

BLUEPRINTS: tuple[Blueprint, ...] = (
    images.blueprint,
    shop_files.blueprint,
    health.blueprint,
    api.blueprint,
    metrics.blueprint,
    webhooks.blueprint,
)

__all__ = ["BLUEPRINTS"]
