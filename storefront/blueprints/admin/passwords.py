"""A new password: other browsers are signed out by it, this one stays."""

from flask import Blueprint, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_login import current_user, login_user
from werkzeug.wrappers import Response

from storefront.blueprints.admin.fragments import notice
from storefront.forms.sign_in import PasswordForm
from storefront.models import Admin

blueprint = Blueprint("passwords", __name__, url_prefix="/password")


@blueprint.get("")
def edit() -> str:
    """The form."""
    return render_template("admin/passwords/edit.html", form=PasswordForm())


@blueprint.post("")
def update() -> Response | tuple[str, int]:
    """Change it, when the present one is known."""
    form = PasswordForm()
    if form.validate_on_submit() and not current_user.has_password(form.present.data):
        form.refuse({"present": [_("This is not your present password.")]})
    if form.errors:
        return render_template("admin/passwords/edit.html", form=form), 422
    login_user(Admin.set_password(current_user.email, form.new.data))
    notice(_("Your password is changed. Other browsers are signed out."))
    return redirect(url_for("admin.passwords.edit"), 303)
