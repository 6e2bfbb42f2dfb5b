"""Saving a new offer together with what it delivers."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from storefront import offers
from storefront.delivery.editing import DeliverableFields, add_deliverable, check_deliverable
from storefront.errors import FieldErrors
from storefront.models import DeliverableKind, Offer, PriceOption
from storefront.offers import OfferFields

# A price option that was removed since it was chosen.
UNKNOWN_OPTION = -1


@dataclass(frozen=True)
class NewDeliverable:
    """What was typed of one thing. `name` is that of the form's part, which error codes are about: `<name>-url`.

    `option` is the position of the price option that gets it, 0 is the first; None: all of them.
    """

    name: str
    kind: DeliverableKind
    fields: DeliverableFields
    option: int | None = None


def save_new_offer(fields: OfferFields, deliverables: Sequence[NewDeliverable]) -> Offer:
    """Save a new offer that delivers these things. Raises FieldErrors as `offers.save` and `add_deliverable` do, and
    `option` option_unknown.

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
        if one.option == UNKNOWN_OPTION:
            errors[f"{one.name}-option"] = ["option_unknown"]
    if errors:
        try:
            offers.rows_if_saved(offer, fields)
        except FieldErrors as error:
            errors, details = {**error.errors, **errors}, {**error.details, **details}
        raise FieldErrors(errors, **details)

    def add(saved: Offer) -> None:
        options = [option.id for option in PriceOption.of_offer(saved)] if saved.option_count else []
        for one in deliverables:
            option_id = None if one.option is None else options[one.option]
            add_deliverable(saved, one.kind, replace(one.fields, option_id=option_id))

    return offers.save(offer, fields, add)
