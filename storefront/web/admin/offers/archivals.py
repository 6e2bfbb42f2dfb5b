"""Archiving an offer."""

from flask import Blueprint, redirect, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from storefront import offers
from storefront.i18n import isolate
from storefront.web.admin.offers.offers import offer_or_404
from storefront.web.admin.shared import show_notice

blueprint = Blueprint("offer_archivals", __name__, url_prefix="/offers/<int:offer_id>/archival")


@blueprint.post("")
def create(offer_id: int) -> Response:
    """Archive the offer. Its orders stay."""
    offer = offer_or_404(offer_id)
    offers.archive(offer)
    show_notice(_("“%(title)s” is archived. Its orders stay.", title=isolate(offer.title)))
    return redirect(url_for("admin.offers.index"), 303)
