"""Signing out."""

from flask import Blueprint, redirect, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from storefront.team import SecurityEvent
from storefront.web.admin.shared import show_notice
from storefront.web.support import end_session, log_security_event

blueprint = Blueprint("sign_out", __name__, url_prefix="/sign-out")


@blueprint.post("")
def create() -> Response:
    """End the session, and remove what the browser keeps of the pages."""
    log_security_event(SecurityEvent.SIGN_OUT)
    end_session()
    show_notice(_("You’ve signed out."))
    response = redirect(url_for("sign_in.new"), 303)
    # No "cookies": the browser would forget that it is known here (see known_devices), and remove those of the
    # domain's other sites.
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response
