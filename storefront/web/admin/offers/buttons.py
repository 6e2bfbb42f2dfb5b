"""The buttons of the offer form that save: Save, Publish, and Add file of a new offer."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from markupsafe import Markup
from werkzeug.wrappers import Response

from storefront.i18n import isolate
from storefront.models import Offer, OfferStatus
from storefront.web.admin.shared import show_notice

# The name of a button: a file is uploaded to an offer that is saved.
ADD_FILE = "add_file"


def status_to_save(chosen: str) -> str:
    """Publish saves as published, Add file as a draft; otherwise the form decides."""
    if ADD_FILE in request.form:
        return OfferStatus.DRAFT
    return OfferStatus.PUBLISHED if "publish" in request.form else chosen


def after_saving(offer: Offer, slug_before: str = "") -> Response:
    """To the offer's form: with a panel to share it after Publish. After Add file, to the form of a file."""
    old_slug = slug_before if slug_before != offer.slug else ""
    if "publish" in request.form:
        show_notice(_("“%(title)s” is published.", title=isolate(offer.title)))
        return redirect(url_for("admin.offers.edit", offer_id=offer.id, published=1), 303)
    if ADD_FILE in request.form:
        show_notice(_("“%(title)s” is saved as a draft. Add the file, then publish.", title=isolate(offer.title)))
        return redirect(url_for("admin.offer_files.new", offer_id=offer.id), 303)
    notice = render_template("admin/offers/_saved_message.html", offer=offer, old_slug=old_slug)
    flash(Markup(notice), "notice")  # noqa: S704 - our own template, which escapes its values
    return redirect(url_for("admin.offers.edit", offer_id=offer.id), 303)
