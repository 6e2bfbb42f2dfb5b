"""Accepting an invitation to the team: the invited person chooses a password and is signed in."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from storefront import emails, team
from storefront.errors import FieldErrors, PasswordCheckBusy
from storefront.models import TeamInvitation
from storefront.team import SecurityEvent
from storefront.web.admin import labels
from storefront.web.admin.session import known_devices
from storefront.web.admin.shared import busy_message, show_notice
from storefront.web.forms import NewPasswordForm
from storefront.web.support import begin_session, log_security_event, shop_words

blueprint = Blueprint("invitations", __name__, url_prefix="/admin/invitations")


@blueprint.get("/<token>")
def new(token: str) -> str | tuple[str, int]:
    """The form, or that the link no longer works."""
    invitation = emails.read_invitation_token(token)
    return _over() if invitation is None else _page(NewPasswordForm(), invitation)


@blueprint.post("/<token>")
def create(token: str) -> Response | str | tuple[str, int]:
    """Join the team, once."""
    invitation = emails.read_invitation_token(token)
    if invitation is None:
        return _over()
    form = NewPasswordForm()
    if not form.validate_on_submit():
        alert = _("This page was open for too long. Submit the form again.") if form.csrf_token.errors else ""
        return _page(form, invitation, alert), 422
    try:
        admin = team.accept(invitation, form.password.data, shop_words())
    except FieldErrors as error:
        form.add_errors(labels.field_errors(error))
        return _page(form, invitation), 422
    except PasswordCheckBusy:
        return _page(form, invitation, busy_message()), 429
    if admin is None:
        return _over()
    begin_session(admin)
    log_security_event(SecurityEvent.ADMIN_CREATE, admin=admin.email, role=admin.role)
    show_notice(_("Welcome! Your account is ready."))
    response = redirect(url_for("admin.dashboard.show"), 303)
    known_devices.remember(response, admin)
    return response


def _page(form: NewPasswordForm, invitation: TeamInvitation, alert: str = "") -> str:
    page = "admin/session/invitation.html"
    return render_template(page, form=form, invitation=invitation, alert=alert, action=request.path)


def _over() -> tuple[str, int]:
    return render_template("admin/session/link_over.html", is_invitation=True), 410
