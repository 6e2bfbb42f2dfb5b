"""Signing in with email and password, the first step. Too many failures lock out the email or the IP address."""

from flask import Blueprint, make_response, redirect, render_template, request
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from storefront.errors import PasswordCheckBusy
from storefront.models import Admin, SignInAttempt
from storefront.team import SecurityEvent
from storefront.web.admin.session import completion, known_devices, second_step
from storefront.web.admin.shared import busy_message, lockout_message, wants_fragment
from storefront.web.forms import SignInForm
from storefront.web.support import log_security_event, safe_next, sign_in_fragment

blueprint = Blueprint("sign_in", __name__, url_prefix="/admin/login")


@blueprint.get("")
def new() -> BaseResponse:
    """The form. Redirects an admin who is signed in already."""
    if current_user.is_authenticated:
        return redirect(safe_next(request.args.get("next", "")))
    return _form(SignInForm())


@blueprint.post("")
def create() -> BaseResponse:
    """Sign in. A lockout refuses the right password too, otherwise it would confirm a guess."""
    form = SignInForm()
    if not form.validate_on_submit():
        return _form_again(form)
    account = known_devices.account_key(form.email.data)
    attempt, seconds_locked = SignInAttempt.begin(account, request.remote_addr or "")
    if seconds_locked:
        _log_refusal(form, "too_many_attempts")
        return _refused(form, lockout_message(seconds_locked), seconds_locked)
    try:
        admin = Admin.authenticate(form.email.data, form.password.data)
    except PasswordCheckBusy:
        attempt.delete_instance()
        _log_refusal(form, "busy")
        return _refused(form, busy_message(), completion.BUSY_SECONDS)
    # Checking the password takes time. A lockout that began meanwhile applies to this request too.
    seconds_locked = attempt.fail(account) if admin is None else attempt.succeed(account)
    if seconds_locked:
        _log_refusal(form, "too_many_attempts")
        return _refused(form, lockout_message(seconds_locked), seconds_locked)
    if admin is None:
        _log_refusal(form, "wrong_password")
        return _form(form, _("Incorrect email or password."), 422)
    return second_step.ask(admin) if admin.has_two_step else completion.sign_in(admin)


def _log_refusal(form: SignInForm, reason: str) -> None:
    """Only the email of an account is logged: people also type their password into the wrong field."""
    email = form.email.data.strip().lower()
    is_account = Admin.select().where(Admin.email == email).exists()
    log_security_event(SecurityEvent.SIGN_IN, who=email if is_account else "unknown", result="refused", reason=reason)


def _refused(form: SignInForm, message: str, seconds: int) -> BaseResponse:
    return completion.locked_out(_form(form, message, 429), seconds)


def _form_again(form: SignInForm) -> BaseResponse:
    """The form with its errors. Its token may belong to a session that another tab has ended."""
    if not form.csrf_token.errors:
        return _form(form, status=422)
    if current_user.is_authenticated:
        return redirect(safe_next(request.args.get("next", "")), 303)
    return _form(form, _("This page was open for too long. Sign in again."), 400)


def _form(form: SignInForm, alert: str = "", status: int = 200) -> BaseResponse:
    if wants_fragment():
        template = "admin/session/_sign_in_again.html"
        return sign_in_fragment(render_template(template, alert=alert, email=form.email.data), status)
    next_page = request.args.get("next", "")
    page = render_template(
        "admin/session/sign_in.html",
        form=form,
        alert=alert,
        next=next_page,
        form_is_kept="kept=" in next_page,
        no_admin_yet=not Admin.select().exists(),
    )
    return make_response(page, status)
