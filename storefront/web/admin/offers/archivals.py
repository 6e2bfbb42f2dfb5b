"""Archiving offers, and taking that back."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from markupsafe import Markup
from werkzeug.wrappers import Response

from storefront import offers
from storefront.i18n import isolate
from storefront.models import Offer, OfferStatus
from storefront.web.admin.offers.offers import offer_or_404
from storefront.web.admin.shared import chosen_rows, show_notice, whole_number
from storefront.web.support import form_page

blueprint = Blueprint("offer_archivals", __name__, url_prefix="/offers")

# More than one page of the list has.
MOST_AT_ONCE = 200


@blueprint.post("/<int:offer_id>/archival")
def create(offer_id: int) -> Response:
    """Archive the offer. Its orders stay."""
    _archive([offer_or_404(offer_id).id])
    return _to_list()


@blueprint.post("/archivals")
def create_many() -> Response:
    """Archive the offers that are selected in the list."""
    chosen = [whole_number(typed) for typed in chosen_rows()]
    _archive([offer_id for offer_id in chosen if offer_id is not None])
    return _to_list()


@blueprint.post("/restorations")
def restore() -> Response:
    """Take offers out of the archive. `offers` names each with its new status, as in `7:published 8:draft`."""
    restored = offers.restore(_wanted_statuses())
    if len(restored) == 1:
        offer = restored[0]
        shown = _("“%(title)s” is for sale again.", title=isolate(offer.title))
        if offer.status == OfferStatus.DRAFT:
            shown = _("“%(title)s” is restored as a draft.", title=isolate(offer.title))
        show_notice(shown)
    elif restored:
        show_notice(ngettext("%(num)s offer is restored.", "%(num)s offers are restored.", len(restored)))
    return _to_list()


def _archive(offer_ids: list[int]) -> None:
    """Archive them, and offer to take it back."""
    archived = offers.archive(offer_ids)
    if archived:
        flash(Markup(render_template("admin/offers/_archived_message.html", **_undo(archived))), "notice")  # noqa: S704


def _undo(archived: list[Offer]) -> dict[str, object]:
    return {"archived": archived, "before": " ".join(f"{offer.id}:{offer.status}" for offer in archived)}


def _wanted_statuses() -> dict[int, OfferStatus]:
    """What cannot be read is left out."""
    wanted = {}
    for part in request.form.get("offers", "").split()[:MOST_AT_ONCE]:
        number, _colon, status = part.partition(":")
        offer_id = whole_number(number)
        if offer_id is not None and status in (OfferStatus.DRAFT, OfferStatus.PUBLISHED):
            wanted[offer_id] = OfferStatus(status)
    return wanted


def _to_list() -> Response:
    """The list as it was, or the first page of all offers."""
    back = form_page()
    is_list = back.split("?")[0] == url_for("admin.offers.index")
    return redirect(back if is_list else url_for("admin.offers.index"), 303)
