"""Two-step verification of one's own account: set up, new recovery codes, turned off. Each asks for the password."""

from flask import Blueprint, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from storefront import emails, team, worker
from storefront.db import db
from storefront.errors import SecretUnreadable
from storefront.models import RecoveryCode, SecondFactor
from storefront.team import SecurityEvent
from storefront.web.admin.shared import qr_code_svg, requires_recent_password, show_notice
from storefront.web.forms import CodeForm
from storefront.web.support import current_profile, log_security_event

blueprint = Blueprint("two_step", __name__, url_prefix="/account/two-step")


@blueprint.post("/setup")
@requires_recent_password
def begin() -> Response:
    """Make a secret for the app, and go on to the page that shows it."""
    team.begin_setup(current_user)
    return redirect(url_for(".edit"), 303)


@blueprint.get("/setup")
@requires_recent_password
def edit() -> Response | str:
    """The secret as QR code and text, and the field for the app's first code."""
    factor = _unconfirmed()
    return redirect(_account()) if factor is None else _setup_page(factor, CodeForm())


@blueprint.post("")
@requires_recent_password
def confirm() -> Response | tuple[str, int]:
    """Turn it on if the app's code is right. Shows the recovery codes, this once."""
    factor, form = _unconfirmed(), CodeForm()
    if factor is None:
        return redirect(_account(), 303)
    if not form.validate_on_submit():
        return _setup_page(factor, form), 422
    try:
        codes = team.confirm_setup(current_user, factor, form.code.data)
    except SecretUnreadable:
        codes = None
    if codes is None:
        # Guesses need no limit here: the page itself shows the secret.
        form.add_errors({"code": [_("Incorrect code. Check the clock of your phone, and enter the newest code.")]})
        return _setup_page(factor, form), 422
    log_security_event(SecurityEvent.TWO_STEP, action="on")
    return recovery_codes_page(codes, _("Two-step verification is on.")), 200


@blueprint.post("/recovery-codes")
@requires_recent_password
def renew_codes() -> Response | tuple[str, int]:
    """Make new recovery codes and show them, this once. The earlier ones stop working."""
    if not current_user.has_two_step:
        return redirect(_account(), 303)
    codes = RecoveryCode.issue(current_user)
    log_security_event(SecurityEvent.TWO_STEP, action="recovery_codes")
    return recovery_codes_page(codes, _("These replace your earlier recovery codes.")), 200


@blueprint.get("/removal")
def ask_removal() -> Response | str:
    """What turning it off means."""
    return render_template("admin/session/two_step_removal.html") if current_user.has_code else redirect(_account())


@blueprint.post("/removal")
@requires_recent_password
def turn_off() -> Response:
    """Forget the app. Owners and managers are told by email where no second step is left."""
    with db.atomic():
        team.turn_off_app(current_user)
        is_off = not current_user.has_two_step
        if is_off:
            emails.write_two_step_notice(current_user)
    log_security_event(SecurityEvent.TWO_STEP, action="off")
    if is_off:
        worker.wake_for_emails()
    show_notice(_("Authenticator app removed."))
    return redirect(_account(), 303)


def recovery_codes_page(codes: list[str], notice: str) -> str:
    """The page that shows new recovery codes, which is not shown again."""
    return render_template("admin/session/recovery_codes.html", codes=codes, notice=notice)


def _unconfirmed() -> SecondFactor | None:
    factor = SecondFactor.of(current_user)
    return None if factor is None or factor.confirmed_at is not None else factor


def _account() -> str:
    return url_for("admin.account.show")


def _setup_page(factor: SecondFactor, form: CodeForm) -> str:
    try:
        secret = factor.secret
    except SecretUnreadable:
        # Made with other ENCRYPTION_KEYS: another one is made.
        factor = team.begin_setup(current_user)
        secret = factor.secret
    address = team.setup_address(current_user, secret, current_profile().display_name)
    grouped = " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))
    return render_template("admin/session/two_step_setup.html", form=form, secret=grouped, qr_code=qr_code_svg(address))
