"""Pages of emails: the list, one email, and the owner's texts for each kind."""

from flask import Blueprint

from storefront.web.admin.emails import custom_texts, emails

BLUEPRINTS: tuple[Blueprint, ...] = (
    emails.blueprint,
    custom_texts.blueprint,
)

__all__ = ["BLUEPRINTS"]
