"""Changing one's password. Signs out all other browsers."""

from flask import Blueprint, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from flask_login import current_user, login_user, logout_user
from werkzeug.wrappers import Response

from storefront.errors import PasswordCheckBusy
from storefront.models import Admin, SignInAttempt
from storefront.web.admin.session import known_devices, sign_in
from storefront.web.admin.shared import show_error, show_notice
from storefront.web.forms import PasswordForm

blueprint = Blueprint("passwords", __name__, url_prefix="/password")


@blueprint.get("")
def edit() -> str:
    """The form."""
    return render_template("admin/session/password.html", form=PasswordForm())


@blueprint.post("")
def update() -> Response | tuple[str, int]:
    """Change the password if the current one is right. Too many wrong ones end the session.

    They are counted apart from failures to sign in: whoever finds this browser unattended can't lock out the owner.
    """
    form = PasswordForm()
    if not form.validate_on_submit():
        return render_template("admin/session/password.html", form=form), 422
    account = f"password of admin {current_user.id}"
    attempt, seconds_locked = SignInAttempt.begin(account, request.remote_addr or "")
    try:
        if seconds_locked:
            return _signed_out(seconds_locked)
        if not current_user.has_password(form.present.data):
            seconds_locked = attempt.fail(account)
            if seconds_locked:
                return _signed_out(seconds_locked)
            form.add_errors({"present": [_("This is not your present password.")]})
            return render_template("admin/session/password.html", form=form), 422
        attempt.succeed(account)
        admin = Admin.set_password(current_user.email, form.new.data)
    except PasswordCheckBusy:
        attempt.delete_instance()
        form.present.errors = [sign_in.busy_message()]
        return render_template("admin/session/password.html", form=form), 429
    login_user(admin)
    show_notice(_("Your password is changed. Other browsers are signed out."))
    response = redirect(url_for("admin.passwords.edit"), 303)
    known_devices.remember(response, admin)
    return response


def _signed_out(seconds: int) -> Response:
    logout_user()
    session.clear()
    show_error(sign_in.lockout_message(seconds))
    return redirect(url_for("sign_in.new"), 303)
