"""An offer's status, and why it can't be bought."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l

from storefront.models import Offer

OBSTACLES: Mapping[str, Any] = {
    "draft": _l("It is a draft."),
    "archived": _l("It is archived."),
    "no_merchant": _l("It has no payment system."),
    "merchant_disconnected": _l("Its Stripe account is disconnected: it can't be paid."),
    "charges_disabled": _l("Stripe does not let its account take payments yet."),
    "currency_unsupported": _l("Its Stripe account can't charge this currency."),
}

OFFER_STATUSES: Mapping[str, Any] = {"draft": _l("Draft"), "published": _l("Published"), "archived": _l("Archived")}


def offer_obstacle(offer: Offer) -> str:
    """Why the offer can't be bought now; "" if it can."""
    code = offer.obstacle()
    return str(OBSTACLES[code]) if code else ""


def offer_status(status: str) -> str:
    """Name of an offer's status."""
    return str(OFFER_STATUSES[status])
