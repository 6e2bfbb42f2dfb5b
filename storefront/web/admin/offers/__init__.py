"""Pages of offers: the list, editing, previews, archiving, duplicating, imports and exports, what they deliver, and
new prices for running subscriptions.
"""

from flask import Blueprint

from storefront.web.admin.offers import (
    archivals,
    deliverables,
    duplicates,
    exports,
    file_uploads,
    files,
    funnels,
    imports,
    offers,
    payment_systems,
    previews,
    price_changes,
    promo_codes,
    redirects,
    sharing,
)

BLUEPRINTS: tuple[Blueprint, ...] = (
    offers.blueprint,
    imports.blueprint,
    payment_systems.blueprint,
    archivals.blueprint,
    duplicates.blueprint,
    exports.blueprint,
    file_uploads.blueprint,
    files.blueprint,
    funnels.blueprint,
    previews.blueprint,
    price_changes.blueprint,
    sharing.blueprint,
    promo_codes.blueprint,
    deliverables.blueprint,
    redirects.blueprint,
)

__all__ = ["BLUEPRINTS"]
