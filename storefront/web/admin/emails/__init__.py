"""The pages of emails, and the owner's texts for them."""

from flask import Blueprint

from storefront.web.admin.emails import custom_texts, emails

BLUEPRINTS: tuple[Blueprint, ...] = (
    emails.blueprint,
    custom_texts.blueprint,
)

__all__ = ["BLUEPRINTS"]
