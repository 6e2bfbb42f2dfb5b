"""Changing one's password. Signs out all other browsers."""

from flask import Blueprint, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from storefront import emails, team, worker
from storefront.errors import FieldErrors, PasswordCheckBusy
from storefront.team import SecurityEvent
from storefront.web.admin import labels
from storefront.web.admin.session import known_devices
from storefront.web.admin.shared import busy_message, own_password_problem, show_notice
from storefront.web.forms import PasswordForm
from storefront.web.support import begin_session, log_security_event, shop_words

blueprint = Blueprint("passwords", __name__, url_prefix="/password")


@blueprint.get("")
def edit() -> str:
    """The form."""
    return render_template("admin/session/password.html", form=PasswordForm())


@blueprint.post("")
def update() -> Response | tuple[str, int]:
    """Change the password if the current one is right. Too many wrong ones end the session."""
    form = PasswordForm()
    if not form.validate_on_submit():
        return render_template("admin/session/password.html", form=form), 422
    problem = own_password_problem(form.present.data, SecurityEvent.PASSWORD_CHANGE)
    if problem is not None:
        form.add_errors({"present": [problem[0]]})
        return render_template("admin/session/password.html", form=form), problem[1]
    try:
        changed = emails.write_password_notice
        admin = team.set_password(current_user.email, form.new.data, shop_words(), changed)
    except FieldErrors as error:
        form.add_errors({"new": labels.field_errors(error)["password"]})
        return render_template("admin/session/password.html", form=form), 422
    except PasswordCheckBusy:
        form.add_errors({"present": [busy_message()]})
        return render_template("admin/session/password.html", form=form), 429
    begin_session(admin)
    log_security_event(SecurityEvent.PASSWORD_CHANGE)
    worker.wake_for_emails()
    show_notice(_("Password changed. Other browsers are signed out."))
    response = redirect(url_for("admin.passwords.edit"), 303)
    known_devices.remember(response, admin)
    return response
