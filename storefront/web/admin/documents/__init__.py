"""Pages of invoices and credit notes: the list, one document, an archive of a month, numbers after a restore."""

from flask import Blueprint

from storefront.web.admin.documents import archive, corrections, decisions, documents, numbers

BLUEPRINTS: tuple[Blueprint, ...] = (
    numbers.blueprint,
    decisions.blueprint,
    archive.blueprint,
    documents.blueprint,
    corrections.blueprint,
)

__all__ = ["BLUEPRINTS"]
