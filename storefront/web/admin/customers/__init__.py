"""Pages of customers: the list, one customer, the link to a customer's account page, erasing one."""

from flask import Blueprint

from storefront.web.admin.customers import (
    account_links,
    address_erasures,
    customers,
    data_exports,
    email_changes,
    erasures,
    exports,
    notes,
)

BLUEPRINTS: tuple[Blueprint, ...] = (
    customers.blueprint,
    account_links.blueprint,
    address_erasures.blueprint,
    erasures.blueprint,
    exports.blueprint,
    data_exports.blueprint,
    email_changes.blueprint,
    notes.blueprint,
)

__all__ = ["BLUEPRINTS"]
