"""Addresses for programs and files: health, metrics, webhooks from Stripe, images."""

from flask import Blueprint

from storefront.web.endpoints import health, images, metrics, webhooks

BLUEPRINTS: tuple[Blueprint, ...] = (images.blueprint, health.blueprint, metrics.blueprint, webhooks.blueprint)

__all__ = ["BLUEPRINTS"]
