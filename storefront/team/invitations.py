"""Inviting people to the admin: made by an Owner, accepted once with the link in the email."""

from collections.abc import Iterable
from datetime import timedelta

from storefront.db import db
from storefront.errors import FieldErrors
from storefront.models import Admin, Role, TeamInvitation, now, public_id
from storefront.team.password_strength import require_strong

# How long an invitation that nobody has accepted stays in the list.
KEPT = timedelta(days=60)


def invite(email: str, role: Role, inviter: Admin) -> TeamInvitation:
    """Invite a person, or again with this role. Call it inside a transaction, and send the email in the same.

    Raises FieldErrors for `email`: already_on_team.
    """
    email = email.strip().lower()
    if Admin.select().where(Admin.email == email).exists():
        raise FieldErrors({"email": ["already_on_team"]})
    TeamInvitation.delete().where(TeamInvitation.sent_at < now() - KEPT).execute()
    new = {"role": role, "key": public_id(), "invited_by": inviter.id, "sent_at": now()}
    TeamInvitation.insert(email=email, **new).on_conflict(conflict_target=[TeamInvitation.email], update=new).execute()
    invitation: TeamInvitation = TeamInvitation.get(TeamInvitation.email == email)
    return invitation


def accept(invitation: TeamInvitation, password: str, shop_words: Iterable[str]) -> Admin | None:
    """Create the admin with this password. None if the invitation was withdrawn, sent again, or used meanwhile.

    Raises FieldErrors as `require_strong`, and PasswordCheckBusy.
    """
    require_strong(password, invitation.email, shop_words)
    # Hashed before the transaction, which others wait for.
    digest = Admin.hash_password(password)
    with db.atomic():
        is_ours = TeamInvitation.delete().where(
            TeamInvitation.id == invitation.id, TeamInvitation.key == invitation.key
        )
        if not is_ours.execute() or Admin.select().where(Admin.email == invitation.email).exists():
            return None
        admin: Admin = Admin.create(email=invitation.email, password_hash=digest, role=invitation.role)
    return admin
