"""The filter of a list by offer: a select, or where there are too many offers, a field that finds one by its title."""

from dataclasses import dataclass
from typing import Self

from flask import request
from flask_babel import gettext as _

from storefront.i18n import isolate
from storefront.models.search import OfferChoices, offers_to_choose
from storefront.web.admin.shared.list_query import search_text, whole_number

# No offer has this id.
NO_OFFER = -1


@dataclass(frozen=True)
class OfferFilter:
    """`?offer=` is an offer's id, `?offer_title=` a part of its title. A title that no offer has finds nothing."""

    choices: OfferChoices
    offer_id: int  # 0 for all offers
    typed: str  # a title that no offer has

    @classmethod
    def from_query(cls, subscribed: bool = False) -> Self:
        """What the URL says; one query. `subscribed`: only offers that ever had a subscription can be chosen."""
        offer_id, typed = whole_number(request.args.get("offer", "")) or 0, search_text("offer_title")
        choices = offers_to_choose(offer_id, typed, subscribed)
        if choices.chosen is not None:
            return cls(choices, choices.chosen.id, "")
        return cls(choices, offer_id or (NO_OFFER if typed else 0), "" if offer_id else typed)

    @property
    def options(self) -> list[tuple[int, str]]:
        """Ids and titles for the select."""
        return [(offer.id, isolate(offer.title)) for offer in self.choices.offers]

    @property
    def title(self) -> str:
        """The title of the chosen offer. A text that names none stays as it was typed."""
        return self.choices.chosen.title if self.choices.chosen else self.typed

    @property
    def arguments(self) -> dict[str, object]:
        """The filter in the list's address."""
        return {"offer_title": self.typed} if self.typed else {"offer": self.offer_id or None}

    @property
    def chip(self) -> tuple[str, str, str]:
        """(argument, label, value) of the filter; an empty value is no filter."""
        value = isolate(self.title or str(self.offer_id)) if self.offer_id else ""
        return "offer_title" if self.typed else "offer", _("Offer"), value
