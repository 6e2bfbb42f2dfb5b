"""The door: email, password, and a rest after too many failures."""

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
    """The form; whoever is signed in already goes on."""
    if current_user.is_authenticated:
        return redirect(safe_next(request.args.get("next", "")))
    return _form(SignInForm())


@blueprint.post("")
def create() -> str | Response | tuple[str, int]:
    """Sign in. Even the right password waits while the door is closed, or a guess could be confirmed."""
    form = SignInForm()
    if not form.validate_on_submit():
        return _form(form), 422
    address = request.remote_addr or ""
    wait = SignInFailure.seconds_locked(form.email.data, address)
    if wait:
        return _closed(form, wait)
    admin = Admin.authenticate(form.email.data, form.password.data)
    # The password took a while to compare: others may have closed the door, and then it is closed for this one too.
    count = SignInFailure.record if admin is None else SignInFailure.seconds_locked
    wait = count(form.email.data, address)
    if wait:
        return _closed(form, wait)
    if admin is None:
        return _form(form, _("Email or password is wrong.")), 422
    # What a stranger may have put into this browser's session before must not survive.
    session.clear()
    login_user(admin)
    return redirect(safe_next(request.args.get("next", "")), 303)


def closed_words(seconds: int) -> str:
    """How long the door stays closed."""
    return ngettext(
        "Too many failed attempts. Try again in %(num)s minute.",
        "Too many failed attempts. Try again in %(num)s minutes.",
        -(-seconds // 60),
    )


def _closed(form: SignInForm, seconds: int) -> Response:
    response = make_response(_form(form, closed_words(seconds)), 429)
    response.headers["Retry-After"] = str(seconds)
    return response


def _form(form: SignInForm, alert: str = "") -> str:
    return render_template(
        "admin/session/sign_in.html",
        form=form,
        alert=alert,
        next=request.args.get("next", ""),
        nobody_yet=not Admin.select().exists(),
    )
