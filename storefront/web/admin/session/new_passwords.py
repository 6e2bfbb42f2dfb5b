"""“Forgot password?”: a link by email, with which a new password is chosen once.

The answer is the same whether the email belongs to somebody or not. The link changes the password only: the person
signs in afterwards like everybody, with the second factor where there is one.
"""

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from storefront import emails, team, worker
from storefront.db import db
from storefront.errors import FieldErrors, PasswordCheckBusy
from storefront.models import Admin, SignInAttempt
from storefront.team import SecurityEvent
from storefront.web.admin import labels
from storefront.web.admin.session import known_devices
from storefront.web.admin.shared import busy_message, lockout_message, show_notice
from storefront.web.forms import ForgottenPasswordForm, NewPasswordForm
from storefront.web.support import end_session, log_security_event, shop_words

blueprint = Blueprint("new_passwords", __name__, url_prefix="/admin/new-password")


@blueprint.get("")
def new() -> str:
    """The form that asks for the email address."""
    return _form(ForgottenPasswordForm())


@blueprint.post("")
def create() -> Response:
    """Send the link if the email belongs to an account. Limited like sign-in, whoever it belongs to."""
    form = ForgottenPasswordForm()
    if not form.validate_on_submit():
        alert = _("This page was open for too long. Submit the form again.") if form.csrf_token.errors else ""
        return make_response(_form(form, alert), 422)
    email = form.email.data.strip().lower()
    account = f"new password of {email}"
    attempt, seconds = SignInAttempt.begin(account, request.remote_addr or "")
    # Each request counts, as a failure to sign in does.
    seconds = seconds or attempt.fail(account)
    if seconds:
        response = make_response(_form(form, lockout_message(seconds)), 429)
        response.headers["Retry-After"] = str(seconds)
        return response
    with db.atomic():
        admin = Admin.get_or_none(Admin.email == email)
        if admin is not None:
            emails.write_password_link(admin)
    log_security_event(SecurityEvent.PASSWORD_LINK, who=email if admin is not None else "unknown")
    worker.wake_for_emails()
    return make_response(_form(ForgottenPasswordForm(formdata=None), sent_to=form.email.data.strip()))


@blueprint.get("/<token>")
def edit(token: str) -> str | tuple[str, int]:
    """The form for the new password, or that the link no longer works."""
    admin = emails.read_password_token(token)
    return _over() if admin is None else _page(NewPasswordForm(), admin)


@blueprint.post("/<token>")
def update(token: str) -> Response | str | tuple[str, int]:
    """Change the password, once. All sessions end."""
    admin = emails.read_password_token(token)
    if admin is None:
        return _over()
    form = NewPasswordForm()
    if not form.validate_on_submit():
        alert = _("This page was open for too long. Submit the form again.") if form.csrf_token.errors else ""
        return _page(form, admin, alert), 422
    try:
        changed = team.replace_password(admin, form.password.data, shop_words(), emails.write_password_notice)
    except FieldErrors as error:
        form.add_errors(labels.field_errors(error))
        return _page(form, admin), 422
    except PasswordCheckBusy:
        return _page(form, admin, busy_message()), 429
    if changed is None:
        return _over()
    log_security_event(SecurityEvent.PASSWORD_CHANGE, who=admin.email, by="link")
    worker.wake_for_emails()
    end_session()
    show_notice(_("Password changed. Sign in with the new one."))
    response = redirect(url_for("sign_in.new"), 303)
    known_devices.remember(response, changed)
    return response


def _form(form: ForgottenPasswordForm, alert: str = "", sent_to: str = "") -> str:
    page = "admin/session/forgotten_password.html"
    return render_template(page, form=form, alert=alert, sent_to=sent_to, sends_mail=emails.is_configured())


def _page(form: NewPasswordForm, admin: Admin, alert: str = "") -> str:
    page = "admin/session/new_password.html"
    return render_template(page, form=form, email=admin.email, alert=alert, action=request.path)


def _over() -> tuple[str, int]:
    return render_template("admin/session/link_over.html", is_invitation=False), 410
