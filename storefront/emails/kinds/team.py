"""Emails to the people who run the shop, about their own accounts in the admin."""

from datetime import datetime

from storefront.emails.kinds.kind import Kind
from storefront.i18n import N_
from storefront.models import Admin, Email, EmailKind, TeamInvitation, now


def _is_open(email: Email) -> bool:
    return TeamInvitation.open_by_key(email.detail["key"]) is not None


def _opens_account(email: Email) -> bool:
    """Only while the link works: within its hour, and for the password that the person has forgotten."""
    if now() > datetime.fromisoformat(email.detail["until"]):
        return False
    return (
        Admin.select()
        .where(Admin.id == email.detail["admin"], Admin.session_version == email.detail["version"])
        .exists()
    )


KINDS: dict[str, Kind] = {
    EmailKind.TEAM_INVITATION: Kind(
        subject=N_("You’re invited to the team of {shop}"),
        heading=N_("Join the team"),
        body=N_(
            "Hi,\n\n{email} has invited you to the team of {shop}. Open the link and choose a password to join.\n\n"
            "The link works once, for 7 days. If you don’t know what this is about, you can ignore this email."
        ),
        button=N_("Accept invitation"),
        link="invitation",
        about_order=False,
        opens_admin=True,
        still_applies=_is_open,
    ),
    EmailKind.PASSWORD_LINK: Kind(
        subject=N_("Choose a new password for {shop}"),
        heading=N_("Choose a new password"),
        body=N_(
            "Hi,\n\nA new password was requested for your account in the admin of {shop}. If it was you, open the "
            "link and choose one. You’ll be signed out everywhere.\n\n"
            "The link works once, for an hour. If it wasn’t you, ignore this email. Your password stays as it is."
        ),
        button=N_("Choose new password"),
        link="new_password",
        about_order=False,
        opens_admin=True,
        still_applies=_opens_account,
    ),
}
