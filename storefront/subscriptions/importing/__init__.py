"""Import: rows of our own for subscriptions that a Stripe account has from outside of the shop. Stripe is only read.

What was paid before stays outside: only invoices that are paid after the import count as money of the shop.
"""

from storefront.subscriptions.importing.adoption import adopt
from storefront.subscriptions.importing.candidates import (
    CandidatePage,
    ImportCandidate,
    ImportNote,
    ImportObstacle,
    list_candidates,
)
from storefront.subscriptions.importing.import_job import continue_imports, import_of, start_import, stop_import
from storefront.subscriptions.importing.imported_offers import (
    choosable_offers,
    find_or_create_offer,
    known_offers,
    remember_offer,
    suggested_offer,
)

__all__ = [
    "CandidatePage",
    "ImportCandidate",
    "ImportNote",
    "ImportObstacle",
    "adopt",
    "choosable_offers",
    "continue_imports",
    "find_or_create_offer",
    "import_of",
    "known_offers",
    "list_candidates",
    "remember_offer",
    "start_import",
    "stop_import",
    "suggested_offer",
]
