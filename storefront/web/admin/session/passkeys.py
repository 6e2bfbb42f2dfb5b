"""Passkeys of one's own account: added and removed. Both ask for the password."""

from flask import Blueprint, abort, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from storefront import emails, team, worker
from storefront.db import db
from storefront.models import MAX_PASSKEYS, Passkey, RecoveryCode
from storefront.team import SecurityEvent
from storefront.web.admin.session.two_step import recovery_codes_page
from storefront.web.admin.shared import requires_recent_password, show_notice
from storefront.web.forms import PasskeyForm
from storefront.web.support import current_profile, log_security_event, shop_config

# The challenge of the page that adds a passkey. A replayed answer would add the same passkey, which is refused.
SESSION_KEY = "passkey_challenge"

blueprint = Blueprint("passkeys", __name__, url_prefix="/account/passkeys")


@blueprint.get("/new")
@requires_recent_password
def new() -> Response | str:
    """The form. The script asks the browser for a passkey when it is sent."""
    return _page(PasskeyForm()) if _can_add() else redirect(_account())


@blueprint.post("")
@requires_recent_password
def create() -> Response | tuple[str, int]:
    """Store the passkey that the browser has made. The first one brings recovery codes, where there are none."""
    if not _can_add():
        return redirect(_account(), 303)
    form, url = PasskeyForm(), shop_config().public_url
    challenge = session.pop(SESSION_KEY, "")
    if not form.validate_on_submit():
        return _page(form), 422
    try:
        made = team.add_passkey(current_user, form.name.data, form.answer.data, challenge, url)
    except team.PasskeyRefused:
        log_security_event(SecurityEvent.PASSKEY, result="refused", action="add")
        return _page(form, _("This passkey wasn’t accepted. Try again.")), 422
    log_security_event(SecurityEvent.PASSKEY, action="add", name=made.name)
    if not RecoveryCode.select().where(RecoveryCode.admin == current_user.id).exists():
        return recovery_codes_page(RecoveryCode.issue(current_user), _("Passkey added. Sign-in asks for it now.")), 200
    show_notice(_("Passkey added."))
    return redirect(_account(), 303)


@blueprint.post("/<int:passkey_id>/removal")
@requires_recent_password
def remove(passkey_id: int) -> Response:
    """Forget a passkey. Owners and managers are told by email where no second step is left."""
    found: Passkey | None = Passkey.get_or_none(Passkey.id == passkey_id, Passkey.admin == current_user.id)
    if found is None:
        abort(404)
    with db.atomic():
        found.delete_instance()
        team.drop_unused_codes(current_user)
        is_off = not current_user.has_two_step
        if is_off:
            emails.write_two_step_notice(current_user)
    log_security_event(SecurityEvent.PASSKEY, action="remove", name=found.name)
    if is_off:
        worker.wake_for_emails()
    show_notice(_("Passkey removed."))
    return redirect(_account(), 303)


def _can_add() -> bool:
    """Where the page says why not, or there are too many, the form isn't shown."""
    is_possible = not team.obstacle(shop_config().public_url, request.host_url)
    return is_possible and len(Passkey.of(current_user)) < MAX_PASSKEYS


def _account() -> str:
    return url_for("admin.account.show", _anchor="passkeys")


def _page(form: PasskeyForm, alert: str = "") -> str:
    name = current_profile().display_name
    options, session[SESSION_KEY] = team.registration_options(current_user, shop_config().public_url, name)
    return render_template("admin/session/passkey.html", form=form, alert=alert, options=options)
