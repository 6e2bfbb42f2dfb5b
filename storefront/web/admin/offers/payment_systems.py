"""The payment system of an offer: a select, with a search beside it where the shop has too many for one."""

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from storefront.i18n import clean_line
from storefront.models import Offer
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
    chosen = {name: request.args.get(name, "") for name in ("merchant", "second_merchant")}
    form = OfferForm(formdata=None, data=chosen)
    set_payment_systems(form, search_text(SEARCH), offer)
    return render_template("admin/offers/_payment_systems_found.html", form=form)


def typed_search() -> str:
    """What was typed into the search of a form that was sent."""
    return clean_line(request.form.get(SEARCH))[:MAX_SEARCH_LENGTH]


def is_search_pressed() -> bool:
    """Whether the form was sent by the button of the search: nothing is to be saved. For pages without JavaScript."""
    return BUTTON in request.form


def set_payment_systems(form: OfferForm, text: str = "", own: Offer | None = None) -> None:
    """Set the choices of the form's selects.

    Merchants are those with `text` in their names, those that the form has, and those of the saved offer `own`: saving
    must not change them, even if they are disconnected.
    """
    typed = [whole_number(field.data or "") for field in (form.merchant, form.second_merchant)]
    saved = [] if own is None else [own.merchant, own.second_merchant]
    choices = merchants_to_choose(text, [number for number in typed if number is not None], saved)
    form.set_choices(choices.merchants)
    form.finds_merchants = not choices.is_complete
    if text:
        form.merchants_found = str(choices.found) if choices.found <= MOST_CHOICES else f"{MOST_CHOICES}+"
