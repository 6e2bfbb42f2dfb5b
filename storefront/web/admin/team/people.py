"""Settings → Team: people and their roles, invitations, and removing somebody."""

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from storefront import emails, team, worker
from storefront.db import db
from storefront.errors import FieldErrors, LastOwner
from storefront.models import Admin, Role, TeamInvitation
from storefront.team import SecurityEvent
from storefront.web.admin import labels
from storefront.web.admin.shared import requires_recent_password, show_error, show_notice
from storefront.web.admin.team.roles import NAMES
from storefront.web.forms import InvitationForm
from storefront.web.support import current_language, log_security_event

blueprint = Blueprint("team", __name__, url_prefix="/settings/team")

# More people than a shop has. The list isn't paged.
MOST = 500


@blueprint.get("")
def index() -> str:
    """Everybody with an account, the open invitations, and the form for another one."""
    return _page(InvitationForm())


@blueprint.post("/invitations")
@requires_recent_password
def invite() -> tuple[str, int] | Response:
    """Send an invitation. Where no mail is sent, the page shows its link, this once."""
    form = InvitationForm()
    if not form.validate_on_submit():
        return _page(form), 422
    try:
        invitation = _send(form.email.data, Role(form.role.data))
    except FieldErrors as error:
        form.add_errors(labels.field_errors(error))
        return _page(form), 422
    return _sent(invitation)


@blueprint.post("/invitations/<int:invitation_id>/again")
@requires_recent_password
def send_again(invitation_id: int) -> tuple[str, int] | Response:
    """Send the invitation with a new link. The earlier one stops working."""
    found = TeamInvitation.get_or_none(TeamInvitation.id == invitation_id) or abort(404)
    try:
        return _sent(_send(found.email, Role(found.role)))
    except FieldErrors:
        found.delete_instance()
        show_error(_("This person is already on the team."))
        return redirect(url_for(".index"), 303)


@blueprint.post("/invitations/<int:invitation_id>/withdrawal")
def withdraw(invitation_id: int) -> Response:
    """End the invitation: its link stops working."""
    found = TeamInvitation.get_or_none(TeamInvitation.id == invitation_id)
    if found is not None and found.delete_instance():
        log_security_event(SecurityEvent.INVITATION, action="withdraw", admin=found.email)
    show_notice(_("Invitation withdrawn. Its link no longer works."))
    return redirect(url_for(".index"), 303)


@blueprint.post("/<int:admin_id>/role")
@requires_recent_password
def change_role(admin_id: int) -> Response:
    """Give somebody another role."""
    role = request.form.get("role", "")
    if role not in NAMES:
        abort(400)
    try:
        person = team.change_role(admin_id, Role(role)) or abort(404)
    except LastOwner:
        return _refused(SecurityEvent.ROLE_CHANGE)
    log_security_event(SecurityEvent.ROLE_CHANGE, admin=person.email, old=person.role, new=role)
    show_notice(_("Role changed: %(person)s is now %(role)s.", person=person.email, role=NAMES[role]))
    return redirect(
        url_for(".index") if role == Role.OWNER or not _is_me(person) else url_for("admin.dashboard.show"), 303
    )


@blueprint.get("/<int:admin_id>/removal")
def confirm_removal(admin_id: int) -> str:
    """Ask before somebody is removed."""
    person = Admin.get_or_none(Admin.id == admin_id) or abort(404)
    return render_template("admin/team/removal.html", person=person, is_me=_is_me(person))


@blueprint.post("/<int:admin_id>/removal")
@requires_recent_password
def remove(admin_id: int) -> Response:
    """Remove somebody. Their next request asks them to sign in, which they can't."""
    try:
        person = team.remove(admin_id)
    except LastOwner:
        return _refused(SecurityEvent.ADMIN_REMOVE)
    if person is None:
        show_error(_("This person was already removed."))
        return redirect(url_for(".index"), 303)
    log_security_event(SecurityEvent.ADMIN_REMOVE, who=current_user.email, admin=person.email, role=person.role)
    if not _is_me(person):
        show_notice(_("%(person)s was removed from the team.", person=person.email))
    return redirect(url_for(".index"), 303)


def _send(email: str, role: Role) -> TeamInvitation:
    with db.atomic():
        invitation = team.invite(email, role, current_user)
        emails.write_invitation(invitation, current_language())
    log_security_event(SecurityEvent.INVITATION, action="send", admin=invitation.email, role=role)
    worker.wake_for_emails()
    return invitation


def _sent(invitation: TeamInvitation) -> tuple[str, int] | Response:
    if not emails.is_configured():
        link = emails.invitation_url(invitation, current_language())
        return _page(InvitationForm(formdata=None), invited=invitation, link=link), 200
    show_notice(_("Invitation sent to %(email)s.", email=invitation.email))
    return redirect(url_for(".index"), 303)


def _refused(event: SecurityEvent) -> Response:
    log_security_event(event, result="refused", reason="last_owner")
    show_error(_("A shop needs an owner. Make another person an owner first."))
    return redirect(url_for(".index"), 303)


def _is_me(person: Admin) -> bool:
    return bool(person.id == current_user.id)


def _page(form: InvitationForm, invited: TeamInvitation | None = None, link: str = "") -> str:
    people = list(Admin.select().order_by(Admin.id).limit(MOST))
    invitations = list(TeamInvitation.select(TeamInvitation, Admin).join(Admin).order_by(TeamInvitation.id).limit(MOST))
    return render_template(
        "admin/team/index.html",
        form=form,
        people=people,
        with_two_step=team.admins_with_two_step(),
        invitations=invitations,
        roles=NAMES,
        owners=sum(person.role == Role.OWNER for person in people),
        invited=invited,
        link=link,
    )
