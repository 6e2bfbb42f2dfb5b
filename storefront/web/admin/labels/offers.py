"""An offer's status, and why it can't be bought."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l

from storefront.models import DeliverableKind, Offer, OfferObstacle, OfferStatus

OBSTACLES: Mapping[str, Any] = {
    OfferObstacle.DRAFT: _l("This offer is a draft."),
    OfferObstacle.ARCHIVED: _l("This offer is archived."),
    OfferObstacle.NOT_YET: _l("It’s not on sale yet."),
    OfferObstacle.SALE_ENDED: _l("It’s no longer on sale."),
    OfferObstacle.NO_MERCHANT: _l("No payment system is chosen."),
    OfferObstacle.MERCHANT_DISCONNECTED: _l("Its Stripe account is disconnected, so customers can’t pay."),
    OfferObstacle.CHARGES_DISABLED: _l("Its Stripe account can’t take payments yet."),
    OfferObstacle.CURRENCY_UNSUPPORTED: _l("Its Stripe account doesn’t support this currency."),
}

OFFER_STATUSES: Mapping[str, Any] = {
    OfferStatus.DRAFT: _l("Draft"),
    OfferStatus.PUBLISHED: _l("Published"),
    OfferStatus.ARCHIVED: _l("Archived"),
}


DELIVERABLE_KINDS: Mapping[str, Any] = {
    DeliverableKind.FILE: _l("File"),
    DeliverableKind.LINK: _l("Link"),
    DeliverableKind.TEXT: _l("Text"),
    DeliverableKind.KEYS: _l("License keys"),
}


def deliverable_kind(kind: str) -> str:
    """Name of a kind of things that offers deliver."""
    return str(DELIVERABLE_KINDS[kind])


def masked_key(key: str) -> str:
    """A license key of which only the end can be read, for lists: `••••1234`. Of a short key nothing can be read."""
    return "••••" + (key[-4:] if len(key) >= 12 else "")


def offer_obstacle(offer: Offer) -> str:
    """Why the offer can't be bought now; "" if it can."""
    code = offer.obstacle()
    return str(OBSTACLES[code]) if code else ""


def offer_status(status: str) -> str:
    """Name of an offer's status."""
    return str(OFFER_STATUSES[status])
