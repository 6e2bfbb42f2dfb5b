"""The offers that a promo code works for: a select, with a search beside it where the shop has too many for one."""

from flask import request

from storefront.i18n import clean_line
from storefront.models.search import MOST_CHOICES, offers_with_title
from storefront.web.admin.shared import MAX_SEARCH_LENGTH, whole_number
from storefront.web.forms import PromoCodeForm

# The search in the form of the code, and what its button adds to the form's address: nothing is saved then.
SEARCH, FIND = "offer_search", "find"


def is_search_pressed() -> bool:
    """Whether the form was sent by the button of the search, or while somebody types there."""
    return FIND in request.args


def set_offers(form: PromoCodeForm) -> None:
    """Set the choices of the selects: offers with the text of the search in their titles, and the chosen ones."""
    text = clean_line(request.form.get(SEARCH))[:MAX_SEARCH_LENGTH]
    choices = offers_with_title(text, chosen_offers(form))
    form.set_choices(choices.offers)
    form.finds_offers = not choices.is_complete
    if text:
        form.offers_found = str(choices.found) if choices.found <= MOST_CHOICES else f"{MOST_CHOICES}+"


def chosen_offers(form: PromoCodeForm) -> list[int]:
    """The ids of the chosen offers."""
    return [number for number in map(whole_number, form.offers.data or []) if number is not None]
