"""Moving all offers of a merchant to another one: from test to live mode, or away from a disconnected one."""

from flask import Blueprint, abort, redirect, render_template, url_for
from flask_babel import ngettext
from werkzeug.wrappers import Response
from wtforms.fields import SelectChoice

from storefront import merchants
from storefront.errors import FieldErrors
from storefront.i18n import isolate
from storefront.models import Merchant, Offer
from storefront.web.admin import labels
from storefront.web.admin.merchants.merchants import list_context
from storefront.web.admin.shared import show_notice, wants_fragment
from storefront.web.forms import OffersMoveForm
from storefront.web.support import mode_name

blueprint = Blueprint(
    "merchant_offer_moves", __name__, url_prefix="/settings/payment-systems/stripe/<public_id>/offers-move"
)


@blueprint.get("")
def new(public_id: str) -> str:
    """The form, as a fragment or a page."""
    source = _merchant_or_404(public_id)
    return _render_form(source, _new_form(source))


@blueprint.post("")
def create(public_id: str) -> str | Response | tuple[str, int]:
    """Move all offers, or none if one of them can't be moved."""
    source = _merchant_or_404(public_id)
    form = _new_form(source)
    if not form.validate_on_submit():
        return _render_errors(source, form)
    target = Merchant.get_or_none(Merchant.public_id == form.target.data) or abort(404)
    try:
        moved = merchants.move_offers(source, target)
    except FieldErrors as error:
        form.add_errors(labels.field_errors(error))
        return _render_errors(source, form)
    notice = ngettext(
        "%(num)s offer moved to “%(name)s”.",
        "%(num)s offers moved to “%(name)s”.",
        moved,
        name=isolate(target.name),
    )
    if wants_fragment():
        return render_template(
            "admin/merchants/offer_moves/_created.html",
            changed=[source, target],
            notice=notice,
            **list_context(source, target),
        )
    show_notice(notice)
    return redirect(url_for("admin.merchants.index"), 303)


def _merchant_or_404(public_id: str) -> Merchant:
    merchant: Merchant | None = Merchant.get_or_none(Merchant.public_id == public_id)
    return merchant or abort(404)


def _new_form(source: Merchant) -> OffersMoveForm:
    form = OffersMoveForm()
    others = [merchant for merchant in Merchant.connected() if merchant.id != source.id]
    form.target.choices = [SelectChoice(other.public_id, f"{other.name} ({mode_name(other.mode)})") for other in others]
    return form


def _render_form(source: Merchant, form: OffersMoveForm) -> str:
    template = "_new" if wants_fragment() else "new"
    offers = Offer.count_by_merchant().get(source.id, 0)
    return render_template(
        f"admin/merchants/offer_moves/{template}.html",
        merchant=source,
        form=form,
        prefix=_id_prefix(source),
        offers=offers,
    )


def _id_prefix(source: Merchant) -> str:
    return f"move-{source.public_id}"


def _render_errors(source: Merchant, form: OffersMoveForm) -> tuple[str, int]:
    if wants_fragment():
        prefix = _id_prefix(source)
        return render_template("components/form_errors.html", form=form, prefix=prefix, alert=""), 422
    return _render_form(source, form), 422
