"""Signing in with email and password. Too many failures lock out the email address or the IP address for a while."""

from flask import Blueprint, make_response, redirect, render_template, request, session
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user, login_user
from werkzeug.wrappers import Response as BaseResponse

from storefront.errors import PasswordCheckBusy
from storefront.models import Admin, SignInAttempt
from storefront.web.admin.session import known_devices
from storefront.web.admin.shared import wants_fragment
from storefront.web.forms import SignInForm
from storefront.web.support import read_form_token, safe_next, sign_in_fragment

# After which a sign-in that found too many others is worth another try.
BUSY_SECONDS = 5

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
        return _refused(form, lockout_message(seconds_locked), seconds_locked)
    try:
        admin = Admin.authenticate(form.email.data, form.password.data)
    except PasswordCheckBusy:
        attempt.delete_instance()
        return _refused(form, busy_message(), BUSY_SECONDS)
    # Checking the password takes time. A lockout that began meanwhile applies to this request too.
    seconds_locked = attempt.fail(account) if admin is None else attempt.succeed(account)
    if seconds_locked:
        return _refused(form, lockout_message(seconds_locked), seconds_locked)
    if admin is None:
        return _form(form, _("Email or password is wrong."), 422)
    # Clear what may have been put into this browser's session before (session fixation).
    session.clear()
    login_user(admin)
    response = _signed_in(admin)
    known_devices.remember(response, admin)
    return response


def lockout_message(seconds: int) -> str:
    """How long the lockout lasts, in minutes."""
    return ngettext(
        "Too many failed attempts. Try again in %(num)s minute.",
        "Too many failed attempts. Try again in %(num)s minutes.",
        -(-seconds // 60),
    )


def busy_message() -> str:
    """Too many passwords are being checked at the moment."""
    return _("Too many people are signing in right now. Try again in a few seconds.")


def _refused(form: SignInForm, message: str, seconds: int) -> BaseResponse:
    response = make_response(_form(form, message, 429))
    response.headers["Retry-After"] = str(seconds)
    return response


def _form_again(form: SignInForm) -> BaseResponse:
    """The form with its errors. Its token may belong to a session that another tab has ended."""
    if not form.csrf_token.errors:
        return _form(form, status=422)
    if current_user.is_authenticated:
        return redirect(safe_next(request.args.get("next", "")), 303)
    return _form(form, _("This page was open for too long. Please sign in again."), 400)


def _signed_in(admin: Admin) -> BaseResponse:
    target = safe_next(request.args.get("next", ""))
    if not wants_fragment():
        return redirect(target, 303)
    shown_to = read_form_token(request.form.get("page_token"))
    if shown_to is not None and shown_to.admin_id != admin.id:
        # The page belongs to somebody else.
        return make_response("", 200, {"HX-Redirect": target})
    notice = _("You are signed in again. Press the button again: what you typed is still here.")
    return make_response(render_template("components/flash_messages_update.html", notice=notice, alert=""))


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
