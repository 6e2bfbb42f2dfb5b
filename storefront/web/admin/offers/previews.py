"""The page of an offer as it is typed in the form, without saving it: what the button Preview opens in another tab."""

from collections.abc import Callable

from flask import Blueprint, abort
from werkzeug.wrappers import Response

from storefront import offers
from storefront.errors import FieldErrors
from storefront.models import Offer
from storefront.web.admin import labels
from storefront.web.admin.offers.form_values import offer_fields
from storefront.web.admin.offers.offers import form_of, form_of_new, offer_or_404, render_edit, render_new
from storefront.web.admin.shared import allow_uploads
from storefront.web.forms import OfferForm
from storefront.web.shop import unsaved_offer_page
from storefront.web.support import private_page, rendering_in

blueprint = Blueprint("offer_previews", __name__, url_prefix="/offers")
# As for saving: the same form is sent.
allow_uploads(blueprint, 3 * offers.MAX_IMAGE_BYTES, offers.MAX_IMAGE_BYTES, back="admin.offers.index")


@blueprint.post("/previews")
def create_new() -> Response | tuple[str, int]:
    """Show the page of a new offer; its form again if a field is not valid."""
    form = form_of_new()
    return _preview(Offer(), form, lambda: render_new(form))


@blueprint.post("/<int:offer_id>/previews")
def create(offer_id: int) -> Response | tuple[str, int]:
    """Show the page that the offer would have; its form again if a field is not valid."""
    offer = offer_or_404(offer_id)
    form = form_of(offer)
    # Its row: the offer itself has what was typed by then.
    return _preview(offer, form, lambda: render_edit(offer_or_404(offer_id), form))


def _preview(offer: Offer, form: OfferForm, render_form: Callable[[], str]) -> Response | tuple[str, int]:
    if not form.validate_on_submit():
        return render_form(), 422
    fields = offer_fields(form)
    try:
        rows = offers.rows_if_saved(offer, fields)
        picture = None if fields.picture is None else offers.picture_data(fields.picture)
    except FieldErrors as error:
        form.add_errors(labels.field_errors(error))
        return render_form(), 422
    with rendering_in(fields.language):
        content = unsaved_offer_page(rows, picture)
        return private_page(content) if content else abort(404)
