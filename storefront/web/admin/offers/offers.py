"""Offers: the list, creating one, editing one."""

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response

from storefront import offers
from storefront.errors import FieldErrors
from storefront.models import Merchant, Offer, OfferStatus
from storefront.models.search import offer_page
from storefront.offers import OfferFields
from storefront.web.admin import labels
from storefront.web.admin.offers.uploads import allow_image_uploads
from storefront.web.admin.shared import place_in_list, whole_number
from storefront.web.forms import OfferForm

blueprint = Blueprint("offers", __name__, url_prefix="/offers")
allow_image_uploads(blueprint)


@blueprint.get("")
def index() -> str:
    """The offers, newest first."""
    return render_template("admin/offers/index.html", page=offer_page(place_in_list()))


@blueprint.get("/new")
def new() -> str:
    """An empty form for the merchant `?merchant=`, or for the only merchant. The currency is that of the first one."""
    merchants = Merchant.connected()
    from_query = [merchant for merchant in merchants if str(merchant.id) == request.args.get("merchant")]
    first = min(from_query or merchants, key=lambda merchant: merchant.id, default=None)
    form = OfferForm(
        currency=(first and first.default_currency) or "EUR",
        merchant=str(first.id) if first and (from_query or len(merchants) == 1) else "",
        language="en",
        status=OfferStatus.DRAFT,
        listed=True,
        max_quantity="1",
    )
    form.set_choices(merchants)
    return _render_new(form)


@blueprint.post("")
def create() -> Response | tuple[str, int]:
    """Save a new offer."""
    form = OfferForm()
    form.set_choices(Merchant.connected())
    offer = _save(Offer(), form)
    return _redirect_to(offer) if offer else (_render_new(form), 422)


@blueprint.get("/<int:offer_id>")
def edit(offer_id: int) -> str:
    """The form of an offer, with its public URL and why it can't be bought."""
    offer = offer_or_404(offer_id)
    form = OfferForm(data=_form_values(offer))
    form.set_choices(_selectable_merchants(offer))
    return _render_edit(offer, form)


@blueprint.post("/<int:offer_id>")
def update(offer_id: int) -> Response | tuple[str, int]:
    """Save changes. Billing fields that were not sent keep their values."""
    offer = offer_or_404(offer_id)
    form = OfferForm(data=_billing_values(offer))
    form.set_choices(_selectable_merchants(offer))
    slug_before = offer.slug
    saved = _save(offer, form)
    return _redirect_to(saved, slug_before) if saved else (_render_edit(offer_or_404(offer_id), form), 422)


# Fields of the form that hold the offer's attribute unchanged.
UNCHANGED_FIELDS = (
    *("title", "slug", "description", "thank_you", "currency", "language", "status", "listed"),
    *("statement_descriptor_suffix", "picture_alt"),
)


def offer_or_404(offer_id: int) -> Offer:
    """The offer with this id. Aborts with 404 if there is none."""
    offer: Offer | None = Offer.get_or_none(Offer.id == offer_id)
    return offer or abort(404)


def _form_values(offer: Offer) -> dict[str, Any]:
    values = {name: getattr(offer, name) for name in UNCHANGED_FIELDS}
    return {
        **values,
        "price": offer.price.decimal_text(),
        "max_quantity": str(offer.max_quantity),
        "stock": "" if offer.stock is None else str(offer.stock),
        "merchant": str(offer.merchant_id or ""),
        **_billing_values(offer),
    }


def _billing_values(offer: Offer) -> dict[str, Any]:
    """The billing terms as the form's fields hold them."""
    return {
        **offer.terms(),
        "every": str(offer.every),
        "trial_days": str(offer.trial_days),
        "instalments": str(offer.instalments or ""),
    }


def _selectable_merchants(offer: Offer) -> list[Merchant]:
    """Connected merchants, and the offer's own even if it is disconnected: saving must not change it."""
    connected = Merchant.connected()
    own = offer.merchant
    return connected if own is None or own.takes_payments else [*connected, own]


def _save(offer: Offer, form: OfferForm) -> Offer | None:
    """The saved offer. None if it was not saved: the form then has errors."""
    if not form.validate_on_submit():
        return None
    try:
        return offers.save(offer, _offer_fields(form))
    except FieldErrors as error:
        form.add_errors(labels.field_errors(error))
        return None


def _offer_fields(form: OfferForm) -> OfferFields:
    return OfferFields(
        title=form.title.data,
        slug=form.slug.data,
        description=form.description.data,
        thank_you=form.thank_you.data,
        price=form.price.data,
        currency=form.currency.data,
        merchant=_chosen_merchant(form),
        language=form.language.data,
        status=form.status.data,
        listed=form.listed.data,
        max_quantity=int(form.max_quantity.data),
        stock=int(form.stock.data) if form.stock.data else None,
        statement_descriptor_suffix=form.statement_descriptor_suffix.data,
        picture=form.uploaded_picture(),
        picture_alt=form.picture_alt.data,
        remove_picture=form.remove_picture.data,
        **form.terms(),
    )


def _chosen_merchant(form: OfferForm) -> Merchant | None:
    merchant_id = whole_number(form.merchant.data or "")
    return None if merchant_id is None else Merchant.get_or_none(Merchant.id == merchant_id)


def _redirect_to(offer: Offer, slug_before: str = "") -> Response:
    """Redirect to a saved offer, with its public URL in a notice."""
    old_slug = slug_before if slug_before != offer.slug else ""
    notice = render_template("admin/offers/_saved_message.html", offer=offer, old_slug=old_slug)
    flash(Markup(notice), "notice")  # noqa: S704 - our own template, which escapes its values
    return redirect(url_for(".edit", offer_id=offer.id), 303)


def _render_new(form: OfferForm) -> str:
    return render_template("admin/offers/new.html", form=form, **_form_context(form))


def _render_edit(offer: Offer, form: OfferForm) -> str:
    return render_template("admin/offers/edit.html", offer=offer, form=form, **_form_context(form))


def _form_context(form: OfferForm) -> dict[str, Any]:
    """Limits that the form mentions, and how card statements of the chosen merchant begin."""
    merchant = _chosen_merchant(form)
    return {
        "descriptor_prefix": merchant.descriptor_prefix if merchant else "",
        "max_suffix_length": offers.max_suffix_length(merchant),
        "max_image_bytes": offers.MAX_IMAGE_BYTES,
        "image_lost": bool(form.errors and form.picture.data),
    }
