"""The payment system of an offer: a select, with a search beside it where the shop has too many for one."""

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from storefront.i18n import clean_line
from storefront.models import Merchant, Offer
from storefront.models.search import MOST_CHOICES, merchants_to_choose
from storefront.web.admin.shared import MAX_SEARCH_LENGTH, search_text, wants_fragment, whole_number
from storefront.web.forms import OfferForm

blueprint = Blueprint("offer_payment_systems", __name__, url_prefix="/offers/payment-systems")
# The search and its button, in the form of the offer.
SEARCH, BUTTON = "payment_system_search", "find_payment_system"


@blueprint.get("")
def index() -> Response | str:
    """The select for what was typed into the search: a fragment."""
    if not wants_fragment():
        return redirect(url_for("admin.offers.new"))
    offer = Offer.get_or_none(Offer.id == whole_number(request.args.get("offer", "")))
    form = OfferForm(formdata=None, merchant=request.args.get("merchant", ""))
    set_payment_systems(form, search_text(SEARCH), offer.merchant if offer is not None else None)
    return render_template("admin/offers/_payment_systems_found.html", form=form)


def typed_search() -> str:
    """What was typed into the search of a form that was sent."""
    return clean_line(request.form.get(SEARCH))[:MAX_SEARCH_LENGTH]


def is_search_pressed() -> bool:
    """Whether the form was sent by the button of the search: nothing is to be saved. For pages without JavaScript."""
    return BUTTON in request.form


def set_payment_systems(form: OfferForm, text: str = "", own: Merchant | None = None) -> None:
    """Set the choices of the form's selects.

    Merchants are those with `text` in their names, the one that the form has, and `own`, that of the saved offer:
    saving must not change it, even if it is disconnected.
    """
    choices = merchants_to_choose(text, whole_number(form.merchant.data or ""), own)
    form.set_choices(choices.merchants)
    form.finds_merchants = not choices.is_complete
    if text:
        form.merchants_found = str(choices.found) if choices.found <= MOST_CHOICES else f"{MOST_CHOICES}+"
