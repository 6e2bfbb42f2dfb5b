"""Pages of invoices and credit notes: the list, one document, an archive of a month, numbers after a restore."""

from flask import Blueprint

from storefront.web.admin.documents import archive, corrections, documents, numbers

BLUEPRINTS: tuple[Blueprint, ...] = (numbers.blueprint, archive.blueprint, documents.blueprint, corrections.blueprint)

__all__ = ["BLUEPRINTS"]
