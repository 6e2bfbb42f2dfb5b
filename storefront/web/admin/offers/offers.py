"""Offers: the list, creating one, editing one."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from flask import Blueprint, abort, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from storefront import delivery, offers, worker
from storefront.errors import FieldErrors
from storefront.models import REQUESTS_SLUG, Offer, OfferStatus, PriceOption, WaitingCustomer
from storefront.models.search import OfferSearch, merchants_to_choose, offer_counts
from storefront.offers import OfferFields
from storefront.web.admin import labels
from storefront.web.admin.offers.buttons import after_saving, status_to_save
from storefront.web.admin.offers.delivery_section import delivery_section
from storefront.web.admin.offers.form_values import billing_values, chosen_merchant, form_values, offer_fields
from storefront.web.admin.offers.payment_systems import is_search_pressed, set_payment_systems, typed_search
from storefront.web.admin.offers.row_sections import changed_rows
from storefront.web.admin.shared import (
    ListAddress,
    allow_uploads,
    dates_from_query,
    mode_from_query,
    offer_url,
    place_in_list,
    qr_code_svg,
    search_text,
    sort_from_query,
    times_of,
    wants_fragment,
    whole_number,
)
from storefront.web.forms import OfferForm
from storefront.web.support import current_profile, day_of, mode_name

blueprint = Blueprint("offers", __name__, url_prefix="/offers")
# Larger than the limit of an image, so that the form can report one that is too large and keep what was typed.
allow_uploads(blueprint, 3 * offers.MAX_IMAGE_BYTES, offers.MAX_IMAGE_BYTES, back="admin.offers.index")


@blueprint.get("")
def index() -> str:
    """The offers that match the search, newest first, with what was sold of each."""
    search, (first, last) = search_from_query(), dates_from_query()
    address = list_address(search)
    page = search.page(place_in_list())
    return render_template(
        "admin/offers/_list_update.html" if wants_fragment() else "admin/offers/index.html",
        page=page,
        options=PriceOption.of_offers(page.rows),
        search=search,
        address=address,
        # The tabs show the status.
        filters=[
            ("q", _("Search"), search.text),
            ("from", _("From"), day_of(first)),
            ("to", _("Until"), day_of(last)),
            ("mode", _("Mode"), address.value("mode") and mode_name(address.value("mode"))),
        ],
        # They are those of all offers: beside the results of a search they would mislead.
        counts={} if search.text or first or last else offer_counts(search.mode),
    )


def search_from_query() -> OfferSearch:
    """What the address says about the list."""
    status = request.args.get("status", "")
    status = status if status in tuple(OfferStatus) else ""
    return OfferSearch(search_text(), status, mode_from_query(), sort_from_query(), *times_of(*dates_from_query()))


def list_address(search: OfferSearch) -> ListAddress:
    """The address of the list with the filters of this search."""
    return ListAddress.from_query("admin.offers.index", search.order, q=search.text, status=search.status)


@blueprint.get("/new")
def new() -> str:
    """An empty form for the merchant `?merchant=`, or for the only merchant. The currency is that of the first one."""
    asked_for = whole_number(request.args.get("merchant", ""))
    merchants = merchants_to_choose(chosen=[asked_for] if asked_for else []).merchants
    from_query = [merchant for merchant in merchants if merchant.id == asked_for]
    first = min(from_query or merchants, key=lambda merchant: merchant.id, default=None)
    form = OfferForm(
        currency=(first and first.default_currency) or "EUR",
        merchant=str(first.id) if first and (from_query or len(merchants) == 1) else "",
        language=current_profile().default_language,
        status=OfferStatus.DRAFT,
        withdrawal_days=str(offers.default_withdrawal_days(offers.shop_country())),
        listed=True,
        tax_included=True,
        max_quantity="1",
    )
    set_payment_systems(form)
    return render_new(form)


@blueprint.post("")
def create() -> Response | str | tuple[str, int]:
    """Save a new offer."""
    form = form_of_new()
    if form.pressed_rows or is_search_pressed():
        return changed_rows(form) or render_new(form), 200
    offer = _save(form, lambda fields: delivery.save_new_offer(fields, form.typed_deliverables()))
    return after_saving(offer) if offer else (render_new(form), 422)


@blueprint.get("/<int:offer_id>")
def edit(offer_id: int) -> str:
    """The form of an offer, with its public URL and why it can't be bought."""
    offer = offer_or_404(offer_id)
    form = OfferForm(data=form_values(offer))
    set_payment_systems(form, own=offer)
    return render_edit(offer, form)


@blueprint.post("/<int:offer_id>")
def update(offer_id: int) -> Response | str | tuple[str, int]:
    """Save changes. Billing fields that were not sent keep their values."""
    offer = offer_or_404(offer_id)
    form, slug_before = form_of(offer), offer.slug
    if form.pressed_rows or is_search_pressed():
        return changed_rows(form) or render_edit(offer, form), 200
    saved = _save(form, lambda fields: offers.save(offer, fields))
    if saved and saved.waiting_list:
        # Pieces may be back.
        worker.wake_for_emails()
    return after_saving(saved, slug_before) if saved else (render_edit(offer_or_404(offer_id), form), 422)


def offer_or_404(offer_id: int) -> Offer:
    """The offer with this id. Aborts with 404 if there is none."""
    offer: Offer | None = Offer.get_or_none(Offer.id == offer_id, Offer.slug != REQUESTS_SLUG)
    return offer or abort(404)


def form_of_new() -> OfferForm:
    """The posted form of a new offer."""
    form = OfferForm()
    set_payment_systems(form, typed_search())
    return form


def form_of(offer: Offer) -> OfferForm:
    """The posted form of an offer. Billing fields that were not sent have the offer's values."""
    form = OfferForm(data={**billing_values(offer), "second_merchant": str(offer.second_merchant_id or "")})
    set_payment_systems(form, typed_search(), offer)
    return form


def _save(form: OfferForm, save: Callable[[OfferFields], Offer]) -> Offer | None:
    """The offer that `save` has saved. None if it was not saved: the form then has errors."""
    if not form.validate_on_submit():
        return None
    try:
        return save(replace(offer_fields(form), status=status_to_save(form.status.data)))
    except FieldErrors as error:
        form.add_errors(labels.field_errors(error))
        return None


def render_new(form: OfferForm) -> str:
    """The page with the form of a new offer."""
    return render_template("admin/offers/new.html", form=form, **_form_context(form))


def render_edit(offer: Offer, form: OfferForm) -> str:
    """The page with the form of an offer, which is as its row says."""
    # The row's, not that of a form with errors.
    is_published = offer.status == OfferStatus.PUBLISHED
    return render_template(
        "admin/offers/edit.html",
        offer=offer,
        form=form,
        **delivery_section(offer),
        options=PriceOption.of_offer(offer) if is_published else [],
        waiting=WaitingCustomer.number_of(offer),
        just_published=is_published and "published" in request.args,
        qr_code=qr_code_svg(offer_url(offer)) if is_published else None,
        **_form_context(form),
    )


def _form_context(form: OfferForm) -> dict[str, Any]:
    """Limits that the form mentions, and how card statements of the chosen merchant begin."""
    merchant = chosen_merchant(form)
    return {
        "descriptor_prefix": merchant.descriptor_prefix if merchant else "",
        "max_suffix_length": offers.max_suffix_length(merchant),
        "max_image_bytes": offers.MAX_IMAGE_BYTES,
        "image_lost": bool((form.errors or form.pressed_rows or is_search_pressed()) and form.picture.data),
    }
