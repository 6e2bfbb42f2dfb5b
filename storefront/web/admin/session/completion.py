"""What follows the last step of signing in, with and without two-step verification."""

from flask import make_response, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from storefront import emails, worker
from storefront.models import Admin
from storefront.team import SecurityEvent, browser_name
from storefront.web.admin.session import known_devices
from storefront.web.admin.shared import wants_fragment
from storefront.web.support import begin_session, log_security_event, read_form_token, safe_next

# After which a sign-in that found too many others is worth another try.
BUSY_SECONDS = 5


def sign_in(admin: Admin, second_step: str = "") -> Response:
    """Begin the session, after every step that this account asks for. `second_step` goes into the security log."""
    # The first sign-in of an account comes from a browser that nobody knows yet.
    is_new = admin.signed_in_at is not None and not known_devices.is_known(admin.email)
    begin_session(admin)
    log_security_event(SecurityEvent.SIGN_IN, **({"second_step": second_step} if second_step else {}))
    if is_new:
        name = browser_name(request.user_agent.string)
        emails.write_sign_in_notice(admin, name, request.remote_addr or "")
        worker.wake_for_emails()
    response = _signed_in(admin)
    known_devices.remember(response, admin)
    return response


def locked_out(answer: Response, seconds: int) -> Response:
    """The same answer, for programs: when another attempt makes sense."""
    answer.headers["Retry-After"] = str(seconds)
    return answer


def _signed_in(admin: Admin) -> Response:
    target = safe_next(request.args.get("next", ""))
    if not wants_fragment():
        return redirect(target, 303)
    shown_to = read_form_token(request.form.get("page_token"))
    if shown_to is not None and shown_to.admin_id != admin.id:
        # The page belongs to somebody else.
        return make_response("", 200, {"HX-Redirect": target})
    notice = _("You’re signed in again. Press the button again: what you typed is still here.")
    return make_response(render_template("components/flash_messages_update.html", notice=notice, alert=""))
