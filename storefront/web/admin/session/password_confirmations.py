"""Typing the password again, before an action that asks for it."""

from flask import Blueprint, make_response, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from storefront.web.admin.shared import confirm_password, password_fragment, wants_fragment
from storefront.web.forms import ConfirmPasswordForm
from storefront.web.support import safe_next

blueprint = Blueprint("password_confirmations", __name__, url_prefix="/password/confirmation")


@blueprint.get("")
def new() -> Response:
    """The form."""
    return _page(ConfirmPasswordForm(), 200)


@blueprint.post("")
def create() -> Response:
    """Check the password; then a page from which the download begins, or the notice for a form that htmx sends."""
    form = ConfirmPasswordForm()
    status = confirm_password(form)
    if wants_fragment():
        return password_fragment(form, status) if status != 200 else _confirmed()
    if status != 200:
        return _page(form, status)
    return make_response(render_template("admin/session/password_confirmed.html", target=_target()))


def _confirmed() -> Response:
    notice = _("Password confirmed.")
    return make_response(render_template("components/flash_messages_update.html", notice=notice, alert=""))


def _target() -> str:
    return safe_next(request.args.get("next", ""))


def _page(form: ConfirmPasswordForm, status: int) -> Response:
    action = request.full_path.rstrip("?")
    page = render_template("admin/session/confirm_password.html", form=form, action=action, kept=None, back="/admin")
    return make_response(page, status)
