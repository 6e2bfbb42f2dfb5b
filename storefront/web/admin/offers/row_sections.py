"""The lists of rows in the form of an offer."""

from flask import render_template, request

from storefront.web.admin.shared import wants_fragment
from storefront.web.forms import OfferForm

# The section of each list.
SECTIONS = {
    "options": "admin/offers/_price_options.html",
    "addons": "admin/offers/_addons.html",
    "deliverables": "admin/offers/_new_delivery.html",
    "tax_rates": "admin/offers/_tax_fields.html",
    "shipping": "admin/offers/_shipping.html",
    "questions": "admin/offers/_questions.html",
}


def changed_rows(form: OfferForm) -> str:
    """For htmx, the section whose rows a button has changed; "" if the whole page is needed."""
    section = SECTIONS.get(form.pressed_rows, "")
    if not section or not wants_fragment():
        return ""
    shown = render_template(section, form=form, action=request.path)
    if form.pressed_rows == "options" and form.deliverables:
        # What a new offer delivers names the options.
        shown += render_template("admin/offers/_new_delivery_update.html", form=form, action=request.path)
    return shown
