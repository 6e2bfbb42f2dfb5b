"""The pages of customers, and the link to a customer's account."""

from flask import Blueprint

from storefront.web.admin.customers import customers, links

BLUEPRINTS: tuple[Blueprint, ...] = (
    customers.blueprint,
    links.blueprint,
)

__all__ = ["BLUEPRINTS"]
