"""Signing in with email and password. Too many failures lock out the email address or the IP address for a while."""

from flask import Blueprint, make_response, redirect, render_template, request, session
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user, login_user
from werkzeug.wrappers import Response

from storefront.models import Admin, SignInFailure
from storefront.web.forms import SignInForm
from storefront.web.support import safe_next

blueprint = Blueprint("sign_in", __name__, url_prefix="/admin/login")


@blueprint.get("")
def new() -> str | Response:
    """The form. Redirects an admin who is signed in already."""
    if current_user.is_authenticated:
        return redirect(safe_next(request.args.get("next", "")))
    return _form(SignInForm())


@blueprint.post("")
def create() -> str | Response | tuple[str, int]:
    """Sign in. A lockout refuses the right password too, otherwise it would confirm a guess."""
    form = SignInForm()
    if not form.validate_on_submit():
        return _form(form), 422
    address = request.remote_addr or ""
    seconds_locked = SignInFailure.seconds_locked(form.email.data, address)
    if seconds_locked:
        return _locked_out(form, seconds_locked)
    admin = Admin.authenticate(form.email.data, form.password.data)
    # Comparing the password takes time. A lockout that began meanwhile applies to this request too.
    lockout = SignInFailure.record if admin is None else SignInFailure.seconds_locked
    seconds_locked = lockout(form.email.data, address)
    if seconds_locked:
        return _locked_out(form, seconds_locked)
    if admin is None:
        return _form(form, _("Email or password is wrong.")), 422
    # Clear what may have been put into this browser's session before (session fixation).
    session.clear()
    login_user(admin)
    return redirect(safe_next(request.args.get("next", "")), 303)


def lockout_message(seconds: int) -> str:
    """How long the lockout lasts, in minutes."""
    return ngettext(
        "Too many failed attempts. Try again in %(num)s minute.",
        "Too many failed attempts. Try again in %(num)s minutes.",
        -(-seconds // 60),
    )


def _locked_out(form: SignInForm, seconds: int) -> Response:
    response = make_response(_form(form, lockout_message(seconds)), 429)
    response.headers["Retry-After"] = str(seconds)
    return response


def _form(form: SignInForm, alert: str = "") -> str:
    return render_template(
        "admin/session/sign_in.html",
        form=form,
        alert=alert,
        next=request.args.get("next", ""),
        no_admin_yet=not Admin.select().exists(),
    )
