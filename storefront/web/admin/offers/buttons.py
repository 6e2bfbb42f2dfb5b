"""The buttons of the offer form: Save, Publish and Preview."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from markupsafe import Markup
from werkzeug.wrappers import Response

from storefront.i18n import isolate
from storefront.models import Offer, OfferStatus
from storefront.web.admin.shared import show_notice


def status_to_save(offer: Offer, chosen: str) -> str:
    """Publish saves as published, and Preview with the status that the offer has; otherwise the form decides."""
    if "publish" in request.form:
        return OfferStatus.PUBLISHED
    return offer.status if "preview" in request.form else chosen


def after_saving(offer: Offer, slug_before: str = "") -> Response:
    """To the offer's page after Preview, else to its form: with a panel to share it after Publish."""
    if "preview" in request.form:
        return redirect(url_for("shop.show_offer", slug=offer.slug), 303)
    old_slug = slug_before if slug_before != offer.slug else ""
    if "publish" in request.form:
        show_notice(_("“%(title)s” is published.", title=isolate(offer.title)))
        return redirect(url_for("admin.offers.edit", offer_id=offer.id, published=1), 303)
    notice = render_template("admin/offers/_saved_message.html", offer=offer, old_slug=old_slug)
    flash(Markup(notice), "notice")  # noqa: S704 - our own template, which escapes its values
    return redirect(url_for("admin.offers.edit", offer_id=offer.id), 303)
