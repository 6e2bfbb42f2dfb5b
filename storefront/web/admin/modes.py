"""Test or live, chosen once at the top: the lists and the dashboard follow, in this browser."""

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response as BaseResponse

from storefront.web.admin.shared import MODES, choose_mode, without_arguments
from storefront.web.support import form_page

blueprint = Blueprint("modes", __name__, url_prefix="/mode")

# What belongs to the list as it was: another page of it, and a mode of its own.
FORGOTTEN = ("mode", "after", "before", "page")


@blueprint.post("")
def update() -> BaseResponse:
    """Remember the mode and show the page again."""
    mode = request.form.get("mode", "")
    response = redirect(without_arguments(form_page(), *FORGOTTEN), 303)
    choose_mode(response, mode if mode in MODES else "")
    return response
