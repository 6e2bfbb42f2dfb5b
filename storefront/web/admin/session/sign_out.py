"""Signing out."""

from flask import Blueprint, redirect, session, url_for
from flask_babel import gettext as _
from flask_login import logout_user
from werkzeug.wrappers import Response

from storefront.web.admin.shared import show_notice

blueprint = Blueprint("sign_out", __name__, url_prefix="/sign-out")


@blueprint.post("")
def create() -> Response:
    """End the session."""
    logout_user()
    session.clear()
    show_notice(_("You are signed out."))
    return redirect(url_for("sign_in.new"), 303)
