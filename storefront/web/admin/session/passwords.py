"""A new password: other browsers are signed out by it, this one stays."""

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
    """Change it, when the present one is known."""
    form = PasswordForm()
    wait = 0
    if form.validate_on_submit():
        # Whoever sits at a browser that was left open guesses no more often here than at the door.
        address = request.remote_addr or ""
        wait = SignInFailure.seconds_locked(current_user.email, address)
        if not wait and not current_user.has_password(form.present.data):
            form.refuse({"present": [_("This is not your present password.")]})
            wait = SignInFailure.record(current_user.email, address)
    if wait:
        form.present.errors = [sign_in.closed_words(wait)]
    if form.errors:
        return render_template("admin/session/password.html", form=form), 429 if wait else 422
    login_user(Admin.set_password(current_user.email, form.new.data))
    show_notice(_("Your password is changed. Other browsers are signed out."))
    return redirect(url_for("admin.passwords.edit"), 303)
