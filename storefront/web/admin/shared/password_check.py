"""Asking a signed-in admin for the password again, and what a refused password is told."""

from flask import abort, make_response, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user
from werkzeug.wrappers import Response

from storefront.errors import PasswordCheckBusy
from storefront.models import SignInAttempt
from storefront.team import SecurityEvent
from storefront.web.admin.shared.htmx import show_error, wants_fragment
from storefront.web.support import end_session, log_security_event


def own_password_problem(typed: str, event: SecurityEvent) -> tuple[str, int] | None:
    """Check the signed-in admin's own password. None if it is right, else a message and the HTTP status.

    Too many wrong ones end the session: aborts with a redirect to the sign-in page. They are counted apart from
    failures to sign in: whoever finds this browser unattended can't lock out the owner. `event` is what the security
    log calls a refusal.
    """
    account = f"password of admin {current_user.id}"
    attempt, seconds_locked = SignInAttempt.begin(account, request.remote_addr or "")
    if seconds_locked:
        _sign_out(seconds_locked, event)
    try:
        is_right = current_user.has_password(typed)
    except PasswordCheckBusy:
        attempt.delete_instance()
        return busy_message(), 429
    if is_right:
        attempt.succeed(account)
        return None
    seconds_locked = attempt.fail(account)
    if seconds_locked:
        _sign_out(seconds_locked, event)
    log_security_event(event, result="refused", reason="wrong_password")
    return _("This isn’t your current password."), 422


def lockout_message(seconds: int) -> str:
    """How long the lockout lasts, in minutes."""
    return ngettext(
        "Too many failed attempts. Try again in %(num)s minute.",
        "Too many failed attempts. Try again in %(num)s minutes.",
        -(-seconds // 60),
    )


def busy_message() -> str:
    """Too many passwords are being checked at the moment."""
    return _("Too many sign-ins right now. Try again in a few seconds.")


def _sign_out(seconds: int, event: SecurityEvent) -> None:
    """End the session and abort."""
    log_security_event(event, result="refused", reason="too_many_attempts")
    end_session()
    show_error(lockout_message(seconds))
    target = url_for("sign_in.new")
    response: Response = make_response("", 200, {"HX-Redirect": target}) if wants_fragment() else redirect(target, 303)
    abort(response)
