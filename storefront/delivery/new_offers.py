"""Saving a new offer together with what it delivers."""

from collections.abc import Sequence
from dataclasses import dataclass

from storefront import offers
from storefront.delivery.editing import DeliverableFields, add_deliverable, check_deliverable
from storefront.errors import FieldErrors
from storefront.models import DeliverableKind, Offer
from storefront.offers import OfferFields


@dataclass(frozen=True)
class NewDeliverable:
    """What was typed of one thing. `name` is that of the form's part, which error codes are about: `<name>-url`."""

    name: str
    kind: DeliverableKind
    fields: DeliverableFields


def save_new_offer(fields: OfferFields, deliverables: Sequence[NewDeliverable]) -> Offer:
    """Save a new offer that delivers these things. Raises FieldErrors as `offers.save` and `add_deliverable` do.

    Nothing is saved then, and the errors are those of all fields.
    """
    offer = Offer()
    errors: dict[str, list[str]] = {}
    details: dict[str, object] = {}
    for one in deliverables:
        try:
            check_deliverable(offer, one.kind, one.fields)
        except FieldErrors as error:
            errors |= {f"{one.name}-{field}": codes for field, codes in error.errors.items()}
            details |= error.details
    if errors:
        try:
            offers.rows_if_saved(offer, fields)
        except FieldErrors as error:
            errors, details = {**error.errors, **errors}, {**error.details, **details}
        raise FieldErrors(errors, **details)

    def add(saved: Offer) -> None:
        for one in deliverables:
            add_deliverable(saved, one.kind, one.fields)

    return offers.save(offer, fields, add)
