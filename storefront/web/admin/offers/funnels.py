"""How many people saw an offer, how far they came, and why they did not pay."""

from flask import Blueprint, current_app, render_template

from storefront.models import Funnel
from storefront.web.admin.offers.offers import offer_or_404
from storefront.web.admin.shared import chosen_mode, chosen_month

blueprint = Blueprint("offer_funnels", __name__, url_prefix="/offers/<int:offer_id>/funnel")


@blueprint.get("")
def show(offer_id: int) -> str:
    """The numbers of a month, test and live apart."""
    offer, month, mode = offer_or_404(offer_id), chosen_month(), chosen_mode()
    # Views of other processes follow within a minute or so.
    current_app.extensions["view_count"].write()
    funnels = [one for one in Funnel.of(offer, month.begin) if mode in ("", one.mode)]
    return render_template("admin/offers/funnel.html", offer=offer, month=month, funnels=funnels)
