"""Pages of customers: the list, one customer, the link to a customer's account page."""

from flask import Blueprint

from storefront.web.admin.customers import account_links, customers, exports

BLUEPRINTS: tuple[Blueprint, ...] = (
    customers.blueprint,
    account_links.blueprint,
    exports.blueprint,
)

__all__ = ["BLUEPRINTS"]
