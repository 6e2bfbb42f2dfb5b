"""Offers: list, new, edit."""

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response

from storefront import offers
from storefront.errors import FieldErrors
from storefront.models import Merchant, Offer, OfferStatus
from storefront.offers import OfferFields
from storefront.web.admin import labels
from storefront.web.admin.labels import errors as wording
from storefront.web.admin.offers.uploads import allow_pictures
from storefront.web.admin.shared import offer_url
from storefront.web.forms import OfferForm

blueprint = Blueprint("offers", __name__, url_prefix="/offers")
allow_pictures(blueprint)


@blueprint.get("")
def index() -> str:
    """All offers, newest first."""
    return render_template(
        "admin/offers/index.html", offers=Offer.newest_first(), wording=wording, offer_address=offer_url
    )


@blueprint.get("/new")
def new() -> str:
    """An empty form for the merchant of `?merchant=`; its currency is the one that (or the first) is used to."""
    merchants = Merchant.connected()
    asked = [merchant for merchant in merchants if str(merchant.id) == request.args.get("merchant")]
    first = min(asked or merchants, key=lambda merchant: merchant.id, default=None)
    form = OfferForm(
        currency=(first and first.default_currency) or "EUR",
        merchant=str(first.id) if first and (asked or len(merchants) == 1) else "",
        language="en",
        status=OfferStatus.DRAFT,
        listed=True,
        max_quantity="1",
    )
    form.offer_choices(merchants)
    return _new_page(form)


@blueprint.post("")
def create() -> Response | tuple[str, int]:
    """Save a new offer."""
    form = OfferForm()
    form.offer_choices(Merchant.connected())
    offer = _save(Offer(), form)
    return _saved(offer) if offer else (_new_page(form), 422)


@blueprint.get("/<int:offer_id>")
def edit(offer_id: int) -> str:
    """The offer's page: its form, its address, what keeps it from being paid."""
    offer = find(offer_id)
    form = OfferForm(data=_values(offer))
    form.offer_choices(_merchants_for(offer))
    return _page(offer, form)


@blueprint.post("/<int:offer_id>")
def update(offer_id: int) -> Response | tuple[str, int]:
    """Save changes; a form that says nothing of how it is paid changes nothing of that."""
    offer = find(offer_id)
    form = OfferForm(data=_terms(offer))
    form.offer_choices(_merchants_for(offer))
    slug_before = offer.slug
    saved = _save(offer, form)
    return _saved(saved, slug_before) if saved else (_page(find(offer_id), form), 422)


AS_THEY_ARE = (
    *("title", "slug", "description", "thank_you", "currency", "language", "status", "listed"),
    *("statement_descriptor_suffix", "picture_alt"),
)


def find(offer_id: int) -> Offer:
    """The offer of an address, else 404."""
    offer: Offer | None = Offer.get_or_none(Offer.id == offer_id)
    return offer or abort(404)


def _values(offer: Offer) -> dict[str, Any]:
    values = {name: getattr(offer, name) for name in AS_THEY_ARE}
    return {
        **values,
        "price": offer.price.decimal_text(),
        "max_quantity": str(offer.max_quantity),
        "stock": "" if offer.stock is None else str(offer.stock),
        "merchant": str(offer.merchant_id or ""),
        **_terms(offer),
    }


def _terms(offer: Offer) -> dict[str, Any]:
    """How it is paid, as the form's fields hold it."""
    return {
        **offer.terms(),
        "every": str(offer.every),
        "trial_days": str(offer.trial_days),
        "instalments": str(offer.instalments or ""),
    }


def _merchants_for(offer: Offer) -> list[Merchant]:
    """Those that may be chosen, and the offer's own even when it is disconnected: saving must not change it."""
    connected = Merchant.connected()
    own = offer.merchant
    return connected if own is None or own.is_connected else [*connected, own]


def _save(offer: Offer, form: OfferForm) -> Offer | None:
    """The offer as saved; None when the form says what is wrong."""
    if not form.validate_on_submit():
        return None
    try:
        return offers.save(offer, _fields(form))
    except FieldErrors as error:
        form.refuse(labels.field_errors(error))
        return None


def _fields(form: OfferForm) -> OfferFields:
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
    merchant_id = form.merchant.data or ""
    known = merchant_id.isascii() and merchant_id.isdigit() and len(merchant_id) < 10
    return Merchant.get_or_none(Merchant.id == int(merchant_id)) if known else None


def _saved(offer: Offer, slug_before: str = "") -> Response:
    moved_from = slug_before if slug_before != offer.slug else ""
    words = render_template(
        "admin/offers/_saved_message.html", offer=offer, offer_address=offer_url, moved_from=moved_from
    )
    flash(Markup(words), "notice")  # noqa: S704 - a template of ours, escaped where it was rendered
    return redirect(url_for(".edit", offer_id=offer.id), 303)


def _new_page(form: OfferForm) -> str:
    return render_template("admin/offers/new.html", form=form, **_hints(form))


def _page(offer: Offer, form: OfferForm) -> str:
    return render_template(
        "admin/offers/edit.html", offer=offer, form=form, wording=wording, offer_address=offer_url, **_hints(form)
    )


def _hints(form: OfferForm) -> dict[str, Any]:
    """What the form says beside its fields: limits, and how the chosen merchant's statements begin."""
    merchant = _chosen_merchant(form)
    return {
        "descriptor_prefix": merchant.descriptor_prefix if merchant else "",
        "descriptor_room": offers.max_suffix_length(merchant),
        "largest_picture": offers.MAX_IMAGE_BYTES,
        "picture_lost": bool(form.errors and form.picture.data),
    }
