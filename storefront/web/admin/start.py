"""The first hour: the steps from a new shop to its first real payment, on the dashboard and on a page of their own."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from storefront import merchants
from storefront.web.admin.shared import show_notice

blueprint = Blueprint("start", __name__, url_prefix="/start")


@blueprint.get("")
def show() -> str:
    """All steps, also after the dashboard shows them no more."""
    return render_template(
        "admin/start/show.html", first_hour=merchants.first_hour(), can_rehearse=merchants.can_rehearse()
    )


@blueprint.post("/visibility")
def set_visibility() -> Response:
    """Hide the steps on the dashboard, or show them again."""
    is_hidden = request.form.get("hidden") == "1"
    merchants.note_first_hour(hidden=is_hidden)
    if is_hidden:
        show_notice(_("Setup guide hidden. Show it again at the bottom of this page."))
    return redirect(url_for("admin.dashboard.show"), 303)


@blueprint.post("/sharing")
def note_sharing() -> Response | tuple[str, int]:
    """The link of an offer was copied or opened. A script of the page says so, or the owner with a button."""
    merchants.note_first_hour(shared=True)
    return redirect(url_for(".show"), 303) if "button" in request.form else ("", 204)
