"""The second step of signing in: a code, or a passkey. Nothing is open before it.

Between the steps the browser's cookie names a `PendingSignIn`. Failures lock the account for a while, as those of
passwords do, but are counted apart.
"""

from collections.abc import Callable
from functools import partial

from flask import Blueprint, make_response, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from storefront import team
from storefront.models import Admin, PendingSignIn, SignInAttempt
from storefront.team import SecurityEvent
from storefront.web.admin.session import completion
from storefront.web.admin.shared import lockout_message, show_error, wants_fragment
from storefront.web.forms import CodeForm, Form, PasskeyAnswerForm
from storefront.web.support import log_security_event, shop_config, sign_in_fragment

SESSION_KEY = "second_step"

blueprint = Blueprint("second_step", __name__, url_prefix="/admin/login")


def ask(admin: Admin) -> Response:
    """Answer the right password of an admin whose sign-in has a second step."""
    pending = PendingSignIn.begin(admin)
    session[SESSION_KEY] = pending.key
    if wants_fragment():
        return _page(pending, CodeForm(formdata=None), status=200)
    return redirect(url_for("second_step.new", next=request.args.get("next") or None), 303)


@blueprint.get("/code")
def new() -> Response:
    """The form for the code."""
    pending = _pending()
    return _start_again() if pending is None else _page(pending, CodeForm(), status=200)


@blueprint.post("/code")
def create() -> Response:
    """Sign in with a code of the app, or a recovery code."""
    form = CodeForm()
    return _step(form, lambda pending: team.verify_code(pending.admin, form.code.data))


@blueprint.post("/passkey")
def use_passkey() -> Response:
    """Sign in with the passkey that the browser has used."""
    form, url = PasskeyAnswerForm(), shop_config().public_url

    def verify(pending: PendingSignIn) -> str:
        found = team.verify_passkey(pending.admin, form.answer.data, pending.challenge, url)
        return "passkey" if found is not None else ""

    return _step(form, verify)


def _step(form: Form, verify: Callable[[PendingSignIn], str]) -> Response:
    """Sign in if `verify` names what was right. A lockout refuses right ones too, as that of passwords does."""
    pending = _pending()
    if pending is None:
        return _start_again()
    refuse = partial(_page, pending, form)
    if not form.validate_on_submit():
        stale = _("This page was open for too long. Submit the form again.") if form.csrf_token.errors else ""
        return refuse(status=422, alert=stale)
    account = _account_key(pending.admin, form)
    attempt, seconds_locked = SignInAttempt.begin(account, request.remote_addr or "")
    if seconds_locked:
        return _locked(refuse, pending.admin, seconds_locked)
    how = verify(pending)
    seconds_locked = attempt.succeed(account) if how else attempt.fail(account)
    if seconds_locked:
        return _locked(refuse, pending.admin, seconds_locked)
    if not how:
        _log_refusal(pending.admin, "wrong_passkey" if isinstance(form, PasskeyAnswerForm) else "wrong_code")
        return refuse(status=422, alert=_wrong(form))
    if not pending.finish():
        return _start_again()
    return completion.sign_in(pending.admin, second_step=how)


def _wrong(form: Form) -> str:
    if isinstance(form, PasskeyAnswerForm):
        return _("This passkey wasn’t accepted. Try again, or enter a code.")
    return _("Incorrect code. A code works once: wait for the next one.")


def _locked(refuse: Callable[..., Response], admin: Admin, seconds: int) -> Response:
    _log_refusal(admin, "too_many_attempts")
    return completion.locked_out(refuse(status=429, alert=lockout_message(seconds)), seconds)


def _log_refusal(admin: Admin, reason: str) -> None:
    log_security_event(SecurityEvent.SIGN_IN, who=admin.email, result="refused", reason=reason)


def _account_key(admin: Admin, form: Form) -> str:
    """What failures are counted under, whatever the browser: a new password makes each one known.

    Without "@": no email that is typed at sign-in is counted under the same. Passkeys can't be guessed, so wrong codes
    don't lock them.
    """
    return f"{'passkey' if isinstance(form, PasskeyAnswerForm) else 'code'} of admin {admin.id}"


def _pending() -> PendingSignIn | None:
    return PendingSignIn.find(str(session.get(SESSION_KEY, "")))


def _start_again() -> Response:
    """The password again: the second step took too long, or the sign-in has begun in another browser."""
    message = _("Sign-in took too long. Enter your password again.")
    if wants_fragment():
        template = "admin/session/_sign_in_again.html"
        return sign_in_fragment(render_template(template, alert=message, email=""), 401)
    show_error(message)
    return redirect(url_for("sign_in.new", next=request.args.get("next") or None), 303)


def _page(pending: PendingSignIn, form: Form, *, status: int, alert: str = "") -> Response:
    admin, is_passkey = pending.admin, isinstance(form, PasskeyAnswerForm)
    code_form = CodeForm(formdata=None) if is_passkey else form
    if wants_fragment():
        return sign_in_fragment(render_template("admin/session/_code_again.html", form=code_form, alert=alert), status)
    url = shop_config().public_url
    obstacle = team.obstacle(url, request.host_url)
    page = render_template(
        "admin/session/code.html",
        form=code_form,
        is_passkey=is_passkey,
        lacks_answer=is_passkey and bool(form.errors.get("answer")),
        alert=alert,
        next=request.args.get("next", ""),
        has_code=admin.has_code,
        is_readable=team.is_secret_readable(admin),
        options="" if obstacle else team.sign_in_options(admin, pending.challenge, url),
        has_passkeys=admin.passkeys.exists(),
    )
    return make_response(page, status)
