"""The pages: each view finds, calls one verb, renders."""

from flask import Blueprint

from storefront.blueprints import health, webhooks

BLUEPRINTS: tuple[Blueprint, ...] = (health.blueprint, webhooks.blueprint)
