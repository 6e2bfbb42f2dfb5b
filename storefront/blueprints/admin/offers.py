"""Offers: list, new, edit."""

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response

from storefront import offers
from storefront.blueprints.admin import wording
from storefront.blueprints.admin.addresses import offer_address
from storefront.errors import FieldErrors
from storefront.forms.offers import OfferForm
from storefront.models import Merchant, Offer
from storefront.offers import OfferFields

blueprint = Blueprint("offers", __name__, url_prefix="/offers")


@blueprint.get("")
def index() -> str:
    """All offers, newest first."""
    return render_template(
        "admin/offers/index.html", offers=Offer.newest_first(), wording=wording, offer_address=offer_address
    )


@blueprint.get("/new")
def new() -> str:
    """An empty form; its currency is the one the first merchant is used to."""
    merchants = Merchant.connected()
    first = min(merchants, key=lambda merchant: merchant.id, default=None)
    form = OfferForm(
        currency=(first and first.default_currency) or "EUR",
        merchant=str(merchants[0].id) if len(merchants) == 1 else "",
        language="en",
        status="draft",
        listed=True,
        max_quantity="1",
    )
    form.offer_choices(merchants)
    return render_template("admin/offers/new.html", form=form)


@blueprint.post("")
def create() -> Response | tuple[str, int]:
    """Save a new offer."""
    form = OfferForm()
    form.offer_choices(Merchant.connected())
    offer = _save(Offer(), form)
    return _saved(offer) if offer else (render_template("admin/offers/new.html", form=form), 422)


@blueprint.get("/<int:offer_id>")
def edit(offer_id: int) -> str:
    """The offer's page: its form, its address, what keeps it from being paid."""
    offer = find(offer_id)
    form = OfferForm(data=_values(offer))
    form.offer_choices(_merchants_for(offer))
    return _page(offer, form)


@blueprint.post("/<int:offer_id>")
def update(offer_id: int) -> Response | tuple[str, int]:
    """Save changes."""
    offer = find(offer_id)
    form = OfferForm()
    form.offer_choices(_merchants_for(offer))
    saved = _save(offer, form)
    return _saved(saved) if saved else (_page(find(offer_id), form), 422)


def find(offer_id: int) -> Offer:
    """The offer of an address, else 404."""
    offer: Offer | None = Offer.get_or_none(Offer.id == offer_id)
    return offer or abort(404)


def _values(offer: Offer) -> dict[str, Any]:
    names = ("title", "slug", "description", "thank_you", "currency", "language", "status", "listed")
    values = {name: getattr(offer, name) for name in names}
    return {
        **values,
        "price": offer.price.typed(),
        "max_quantity": str(offer.max_quantity),
        "merchant": str(offer.merchant_id or ""),
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
        return offers.save(offer, _fields(form, offer))
    except FieldErrors as error:
        form.refuse(wording.field_errors(error))
        return None


def _fields(form: OfferForm, offer: Offer) -> OfferFields:
    merchant_id = form.merchant.data
    return OfferFields(
        title=form.title.data,
        slug=form.slug.data,
        description=form.description.data,
        thank_you=form.thank_you.data,
        price=form.price.data,
        currency=form.currency.data,
        merchant=Merchant.get_or_none(Merchant.id == int(merchant_id)) if merchant_id else None,
        language=form.language.data,
        status=form.status.data,
        listed=form.listed.data,
        max_quantity=int(form.max_quantity.data),
        statement_descriptor_suffix=offer.statement_descriptor_suffix,
        picture_alt=offer.picture_alt,
    )


def _saved(offer: Offer) -> Response:
    words = render_template("admin/offers/_saved.html", offer=offer, offer_address=offer_address)
    flash(Markup(words), "notice")  # noqa: S704 - a template of ours, escaped where it was rendered
    return redirect(url_for(".edit", offer_id=offer.id), 303)


def _page(offer: Offer, form: OfferForm) -> str:
    return render_template(
        "admin/offers/edit.html", offer=offer, form=form, wording=wording, offer_address=offer_address
    )
