"""Taking an offer off sale."""

from flask import Blueprint, redirect, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from storefront import offers
from storefront.web.admin.offers.offers import find
from storefront.web.admin.shared import show_notice

blueprint = Blueprint("offer_archivals", __name__, url_prefix="/offers/<int:offer_id>/archival")


@blueprint.post("")
def create(offer_id: int) -> Response:
    """Archive it; its orders stay."""
    offer = find(offer_id)
    offers.archive(offer)
    show_notice(_("“%(title)s” is archived. Its orders stay.", title=offer.title))
    return redirect(url_for("admin.offers.index"), 303)
