"""One's own account: password, two-step verification, passkeys, sessions."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from storefront import team
from storefront.models import AdminSession, Passkey, PendingSignIn, RecoveryCode, SecondFactor
from storefront.team import SecurityEvent
from storefront.web.admin.shared import show_notice
from storefront.web.forms import PasswordForm
from storefront.web.support import end_session, log_security_event, shop_config

blueprint = Blueprint("account", __name__, url_prefix="/account")


@blueprint.get("")
def show() -> str:
    """All of it on one page."""
    admin, public_url = current_user, shop_config().public_url
    factor = SecondFactor.of(admin)
    return render_template(
        "admin/session/account.html",
        form=PasswordForm(),
        factor=factor if factor is not None and factor.confirmed_at is not None else None,
        is_readable=team.is_secret_readable(admin),
        codes_left=RecoveryCode.select().where(RecoveryCode.admin == admin.id).count(),
        passkeys=Passkey.of(admin),
        passkey_obstacle=team.obstacle(public_url, request.host_url),
        public_url=public_url,
        sessions=AdminSession.of(admin),
    )


@blueprint.post("/sessions/<int:session_id>/end")
def end_one(session_id: int) -> Response:
    """Sign out one browser. This one too, if it is the one."""
    if session_id == current_user.session.id:
        return _sign_out(_("You’ve signed out."))
    if AdminSession.end(current_user, session_id):
        log_security_event(SecurityEvent.SESSION_END, reason="ended_by_admin")
    show_notice(_("Session ended."))
    return redirect(url_for(".show", _anchor="sessions"), 303)


@blueprint.post("/sign-out-everywhere")
def end_all() -> Response:
    """Sign out all browsers, this one as well, and those that are about to sign in."""
    log_security_event(SecurityEvent.SESSION_END, reason="everywhere")
    AdminSession.end(current_user)
    PendingSignIn.delete().where(PendingSignIn.admin == current_user.id).execute()
    return _sign_out(_("You’ve signed out everywhere."))


def _sign_out(notice: str) -> Response:
    log_security_event(SecurityEvent.SIGN_OUT)
    end_session()
    show_notice(notice)
    return redirect(url_for("sign_in.new"), 303)
