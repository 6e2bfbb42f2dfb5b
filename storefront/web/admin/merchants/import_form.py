"""Which offers stand for the prices on a page of subscriptions to import, as chosen in its form."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from flask_babel import gettext as _

from storefront import subscriptions
from storefront.errors import FieldErrors
from storefront.models import Merchant, Offer
from storefront.stripe_gateway import ForeignSubscription
from storefront.subscriptions import CandidatePage, ImportCandidate
from storefront.web.admin import labels

NEW = "new"  # the choice of a new draft offer


@dataclass
class PriceChoice:
    """One price, with the first subscription that has it. `value` is the ID of an offer or NEW."""

    found: ForeignSubscription
    value: str
    can_be_new: bool
    error: str = ""

    @property
    def field(self) -> str:
        """The name of the field in the form."""
        return f"offer-{self.found.snapshot.price_id}"


@dataclass
class ImportForm:
    """The form of a page: `chosen` are Stripe's IDs of the subscriptions to import."""

    page: CandidatePage
    offers: list[Offer]
    prices: dict[str, PriceChoice]
    chosen: set[str] = field(default_factory=set)
    alert: str = ""

    @property
    def wanted(self) -> list[ImportCandidate]:
        """The chosen subscriptions that can be imported."""
        return [one for one in self.page.importable if one.found.snapshot.id in self.chosen]

    @property
    def is_valid(self) -> bool:
        """Whether nothing is to be corrected."""
        return not self.alert and not any(price.error for price in self.prices.values())


def read_form(merchant: Merchant, page: CandidatePage, sent: Mapping[str, str], chosen: set[str]) -> ImportForm:
    """The form as it was sent, or with proposals for what was not sent."""
    first = {one.found.snapshot.price_id: one.found for one in reversed(page.importable)}
    known = subscriptions.known_offers(merchant, first)
    offers = subscriptions.choosable_offers(merchant, set(known.values()))
    by_id = {str(offer.id): offer for offer in offers}
    form = ImportForm(page, offers, {}, chosen)
    for price_id, found in sorted(first.items(), key=lambda pair: pair[1].title.casefold()):
        own = str(known.get(price_id, ""))
        fitting = subscriptions.suggested_offer(found, offers)
        proposed = own if own in by_id else str(fitting.id) if fitting else NEW
        choice = PriceChoice(found, proposed, can_be_new=price_id not in known)
        choice.value = sent.get(choice.field, proposed)
        if choice.value not in by_id and not (choice.value == NEW and choice.can_be_new):
            choice.error = _("Choose an offer.")
        form.prices[price_id] = choice
    return form


def adopt_chosen(merchant: Merchant, form: ImportForm) -> tuple[int, int]:
    """Import the chosen subscriptions of a valid form. Return how many were imported, and how many could not be.

    A price for which no offer can be made gets an error.
    """
    wanted = form.wanted
    offers: dict[str, Offer] = {}
    for price_id in {one.found.snapshot.price_id for one in wanted}:
        price = form.prices[price_id]
        try:
            offers[price_id] = _offer_of(merchant, price)
        except FieldErrors as error:
            words = " ".join(text for texts in labels.field_errors(error).values() for text in texts)
            price.error = _("No new offer could be made: %(reason)s", reason=words)
    with_offer = [one for one in wanted if one.found.snapshot.price_id in offers]
    imported = sum(subscriptions.adopt(merchant, one.found, offers[one.found.snapshot.price_id]) for one in with_offer)
    return imported, len(wanted) - len(with_offer)


def _offer_of(merchant: Merchant, price: PriceChoice) -> Offer:
    if price.value == NEW:
        return subscriptions.find_or_create_offer(merchant, price.found)
    offer: Offer = Offer.get_by_id(int(price.value))
    subscriptions.remember_offer(merchant, price.found.snapshot.price_id, offer)
    return offer


def remember_choices(merchant: Merchant, form: ImportForm) -> None:
    """Let the chosen offers stand for their prices when the worker imports. New drafts are made when needed."""
    for price in form.prices.values():
        if price.value != NEW:
            _offer_of(merchant, price)
