"""Duplicating an offer."""

from flask import Blueprint, redirect, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from storefront import offers
from storefront.i18n import isolate
from storefront.web.admin.offers.offers import offer_or_404
from storefront.web.admin.shared import show_notice

blueprint = Blueprint("offer_duplicates", __name__, url_prefix="/offers/<int:offer_id>/duplicates")


@blueprint.post("")
def create(offer_id: int) -> Response:
    """Copy the offer and open the copy, a draft with a slug of its own."""
    offer = offer_or_404(offer_id)
    copy = offers.duplicate(offer)
    show_notice(_("This is a copy of “%(title)s”. It’s a draft, so only you can see it.", title=isolate(offer.title)))
    return redirect(url_for("admin.offers.edit", offer_id=copy.id), 303)
