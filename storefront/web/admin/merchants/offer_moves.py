"""Moving all offers of a merchant to another one at once: from test to live, or away from one that is gone."""

from flask import Blueprint, abort, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response
from wtforms.fields import SelectChoice

from storefront import merchants
from storefront.errors import FieldErrors
from storefront.models import Merchant, Offer
from storefront.web.admin import labels
from storefront.web.admin.merchants.merchants import listed
from storefront.web.admin.shared import show_notice, wants_fragment
from storefront.web.forms import OffersMoveForm

blueprint = Blueprint("offer_moves", __name__, url_prefix="/settings/payment-systems/stripe/<public_id>/offers-move")


@blueprint.get("")
def new(public_id: str) -> str:
    """Where to?"""
    source = _find(public_id)
    return _page(source, _form_for(source))


@blueprint.post("")
def create(public_id: str) -> str | Response | tuple[str, int]:
    """Move them, all or none."""
    source = _find(public_id)
    form = _form_for(source)
    if not form.validate_on_submit():
        return _refused(source, form)
    target = Merchant.get_or_none(Merchant.public_id == form.target.data) or abort(404)
    try:
        moved = merchants.move_offers(source, target)
    except FieldErrors as error:
        form.refuse(labels.field_errors(error))
        return _refused(source, form)
    words = ngettext(
        "%(num)s offer is now paid to “%(name)s”.",
        "%(num)s offers are now paid to “%(name)s”.",
        moved,
        name=target.name,
    )
    if wants_fragment():
        return render_template(
            "admin/merchants/offer_moves/_created.html", source=source, target=target, notice=words, **listed()
        )
    show_notice(words)
    return redirect(url_for("admin.merchants.index"), 303)


def _find(public_id: str) -> Merchant:
    merchant: Merchant | None = Merchant.get_or_none(Merchant.public_id == public_id)
    return merchant or abort(404)


def _form_for(source: Merchant) -> OffersMoveForm:
    form = OffersMoveForm()
    modes = {"test": _("Test"), "live": _("Live")}
    others = [merchant for merchant in Merchant.connected() if merchant.id != source.id]
    form.target.choices = [SelectChoice(other.public_id, f"{other.name} ({modes[other.mode]})") for other in others]
    return form


def _page(source: Merchant, form: OffersMoveForm) -> str:
    template = "_new" if wants_fragment() else "new"
    offers = Offer.count_by_merchant().get(source.id, 0)
    prefix = f"move-{source.public_id}"
    return render_template(
        f"admin/merchants/offer_moves/{template}.html", merchant=source, form=form, prefix=prefix, offers=offers
    )


def _refused(source: Merchant, form: OffersMoveForm) -> tuple[str, int]:
    if wants_fragment():
        return render_template(
            "components/form_errors.html", form=form, prefix=f"move-{source.public_id}", alert=""
        ), 422
    return _page(source, form), 422
