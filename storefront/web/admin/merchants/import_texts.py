"""Texts about subscriptions at Stripe: why one can't be imported, and what to know about one that can."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l

from storefront.subscriptions import ImportNote, ImportObstacle

OBSTACLES: Mapping[ImportObstacle, Any] = {
    ImportObstacle.ALREADY_HERE: _l("Already in this shop"),
    ImportObstacle.ENDED: _l("This subscription has ended."),
    ImportObstacle.NOT_STARTED: _l("The first payment hasn’t been made yet."),
    ImportObstacle.INVOICED: _l("Stripe emails invoices for it and charges no card. The shop only works with cards."),
    ImportObstacle.SEVERAL_ITEMS: _l("It has several items. A subscription of the shop has one."),
    ImportObstacle.METERED: _l("Its price depends on usage."),
    ImportObstacle.TIERED: _l("Its price has tiers, packages or parts of a cent."),
    ImportObstacle.SCHEDULED: _l("A schedule in Stripe changes or ends it. Release the schedule first."),
    ImportObstacle.FREE: _l("It costs nothing, so there is nothing to charge."),
    ImportObstacle.CURRENCY: _l("The shop can’t charge its currency."),
    ImportObstacle.NO_EMAIL: _l("The customer has no valid email address. Add it in Stripe."),
}
NOTES: Mapping[ImportNote, Any] = {
    ImportNote.NO_CARD: _l("No saved card: the next charge fails, and an email then asks the customer to add one."),
    ImportNote.OLDER_CARD: _l("The card is saved in an older way. Stripe charges it, but the shop can’t show it."),
    ImportNote.UNPAID: _l("A renewal is unpaid. After the import, the customer gets emails about it."),
    ImportNote.PAUSED: _l("Payments are paused."),
    ImportNote.ENDS: _l("It is canceled and will end."),
    ImportNote.DISCOUNT: _l("It has a discount that the shop can’t show. Stripe keeps applying it."),
    ImportNote.TAX: _l("Stripe adds tax, so the shop can’t show the exact amount."),
}


def obstacle_text(obstacle: ImportObstacle) -> str:
    """Why the subscription can't be imported."""
    return str(OBSTACLES[obstacle])


def note_text(note: ImportNote) -> str:
    """What to know about it before the import."""
    return str(NOTES[note])
