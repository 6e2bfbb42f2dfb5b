"""The secret that signs an offer's redirect after payment."""

from flask import Blueprint, abort, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from storefront import offers
from storefront.models import Offer
from storefront.team import SecurityEvent
from storefront.web.admin.offers.offers import offer_or_404
from storefront.web.admin.shared import requires_recent_password, show_notice
from storefront.web.support import log_security_event

blueprint = Blueprint("offer_redirects", __name__, url_prefix="/offers/<int:offer_id>/redirect")


@blueprint.get("")
@requires_recent_password
def show(offer_id: int) -> str:
    """The secret, and how to check a signature with it."""
    offer = _with_redirect(offer_id)
    return render_template("admin/offers/redirect.html", offer=offer, secret=offers.redirect_secret(offer))


@blueprint.get("/renewal")
@requires_recent_password
def confirm_renewal(offer_id: int) -> str:
    """Ask before the secret is replaced."""
    return render_template("admin/offers/redirect_renewal.html", offer=_with_redirect(offer_id))


@blueprint.post("")
@requires_recent_password
def renew(offer_id: int) -> Response:
    """Replace the secret at once."""
    offer = _with_redirect(offer_id)
    offers.renew_secret(offer)
    offer.save(only=[Offer.redirect_secret_encrypted])
    log_security_event(SecurityEvent.KEY_CHANGE, offer=offer.id)
    show_notice(_("There is a new signing secret. Store it on your website now: the old one is no longer used."))
    return redirect(url_for(".show", offer_id=offer_id), 303)


def _with_redirect(offer_id: int) -> Offer:
    offer = offer_or_404(offer_id)
    return offer if offer.redirect_url else abort(404)
