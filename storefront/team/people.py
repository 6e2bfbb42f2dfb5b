"""The people who can sign in: their roles, and removing them. Somebody is always an Owner."""

from storefront.db import db
from storefront.errors import LastOwner
from storefront.models import Admin, Role, TeamInvitation


def change_role(admin_id: int, role: Role) -> Admin | None:
    """Give the person another role, which their next request has. Return the person as before; None if there is none.

    Invitations of somebody who is no Owner any more are withdrawn. Raises LastOwner.
    """
    with db.atomic():
        person = _locked(admin_id, stays_owner=role == Role.OWNER)
        if person is not None:
            Admin.update(role=role).where(Admin.id == admin_id).execute()
            if role != Role.OWNER:
                TeamInvitation.delete().where(TeamInvitation.invited_by == admin_id).execute()
    return person


def remove(admin_id: int) -> Admin | None:
    """Remove the person, with their sessions and invitations. Return them; None if there is none. Raises LastOwner."""
    with db.atomic():
        person = _locked(admin_id, stays_owner=False)
        if person is not None:
            Admin.delete().where(Admin.id == admin_id).execute()
    return person


def _locked(admin_id: int, *, stays_owner: bool) -> Admin | None:
    """The person, after all rows of Owners are locked: of two Owners who demote each other only one can."""
    owners = Admin.select().where(Admin.role == Role.OWNER).order_by(Admin.id)
    if db.obj is not None and db.obj.for_update:
        # SQLite has one writer at a time, and `atomic` has begun as it.
        owners = owners.for_update()
    others = [owner for owner in owners if owner.id != admin_id]
    person: Admin | None = Admin.get_or_none(Admin.id == admin_id)
    if person is not None and person.role == Role.OWNER and not stays_owner and not others:
        raise LastOwner
    return person
