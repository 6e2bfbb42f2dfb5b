"""Changing one's password. Signs out all other browsers."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user, login_user
from werkzeug.wrappers import Response

from storefront.models import Admin, SignInFailure
from storefront.web.admin.session import sign_in
from storefront.web.admin.shared import show_notice
from storefront.web.forms import PasswordForm

blueprint = Blueprint("passwords", __name__, url_prefix="/password")


@blueprint.get("")
def edit() -> str:
    """The form."""
    return render_template("admin/session/password.html", form=PasswordForm())


@blueprint.post("")
def update() -> Response | tuple[str, int]:
    """Change the password if the current one is right."""
    form = PasswordForm()
    seconds_locked = 0
    if form.validate_on_submit():
        # Failures count as failed sign-ins: an unattended browser must not allow more guesses.
        address = request.remote_addr or ""
        seconds_locked = SignInFailure.seconds_locked(current_user.email, address)
        if not seconds_locked and not current_user.has_password(form.present.data):
            form.add_errors({"present": [_("This is not your present password.")]})
            seconds_locked = SignInFailure.record(current_user.email, address)
    if seconds_locked:
        form.present.errors = [sign_in.lockout_message(seconds_locked)]
    if form.errors:
        return render_template("admin/session/password.html", form=form), 429 if seconds_locked else 422
    login_user(Admin.set_password(current_user.email, form.new.data))
    show_notice(_("Your password is changed. Other browsers are signed out."))
    return redirect(url_for("admin.passwords.edit"), 303)
