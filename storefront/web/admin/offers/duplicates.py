"""A second offer that begins as the first one stands."""

from flask import Blueprint, redirect, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from storefront import offers
from storefront.web.admin.offers.offers import find
from storefront.web.admin.shared import show_notice

blueprint = Blueprint("offer_duplicates", __name__, url_prefix="/offers/<int:offer_id>/duplicates")


@blueprint.post("")
def create(offer_id: int) -> Response:
    """Copy it and open the copy: a draft with an address of its own."""
    offer = find(offer_id)
    copy = offers.duplicate(offer)
    show_notice(_("This is a copy of “%(title)s”, a draft that nobody sees yet.", title=offer.title))
    return redirect(url_for("admin.offers.edit", offer_id=copy.id), 303)
