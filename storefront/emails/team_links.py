"""Links to the admin in emails to the people who run the shop: an invitation, and a new password."""

from datetime import UTC, datetime, timedelta

from itsdangerous import BadData, URLSafeSerializer

from storefront.emails import outbox
from storefront.models import Admin, Email, EmailKind, TeamInvitation, now, public_id
from storefront.runtime import current

# How long a link to choose a new password works, from when it was asked for.
PASSWORD_LINK_LIFETIME = timedelta(hours=1)


def write_invitation(invitation: TeamInvitation, language: str) -> None:
    """Queue the email with the invitation's link, inside the caller's transaction."""
    outbox.write(
        EmailKind.TEAM_INVITATION,
        None,
        f"invitation-{invitation.key}",
        recipient=invitation.email,
        language=language,
        email=invitation.invited_by.email,
        key=invitation.key,
    )


def write_password_link(admin: Admin) -> None:
    """Queue the email with a link to choose a new password, inside the caller's transaction."""
    outbox.write(
        EmailKind.PASSWORD_LINK,
        None,
        f"new-password-{public_id()}",
        recipient=admin.email,
        language=admin.language,
        admin=admin.id,
        version=admin.session_version,
        until=(now() + PASSWORD_LINK_LIFETIME).isoformat(),
    )


def make_invitation_token(key: str) -> str:
    """The signed token in the link of the invitation with this key."""
    return str(_invitation_serializer().dumps(key))


def read_invitation_token(token: str) -> TeamInvitation | None:
    """The invitation. None if it was accepted, withdrawn or sent again, or has expired."""
    try:
        return TeamInvitation.open_by_key(str(_invitation_serializer().loads(token)))
    except BadData:
        return None


def password_token_of(email: Email) -> str:
    """The signed token of the link in this email of `write_password_link`. Sent again it ends no later."""
    until = datetime.fromisoformat(email.detail["until"])
    return str(_password_serializer().dumps([email.detail["admin"], email.detail["version"], int(until.timestamp())]))


def read_password_token(token: str) -> Admin | None:
    """Whose password the link changes. None if the link is not valid, was used, or has expired."""
    try:
        admin_id, version, until = _password_serializer().loads(token)
    except (BadData, TypeError, ValueError):
        return None
    if now() > datetime.fromtimestamp(until, UTC):
        return None
    admin: Admin | None = Admin.get_or_none(Admin.id == admin_id, Admin.session_version == version)
    return admin


# The salts are part of links in emails: they must not change.


def _invitation_serializer() -> URLSafeSerializer:
    return URLSafeSerializer(current().config.signing_keys, salt="team invitation")


def _password_serializer() -> URLSafeSerializer:
    return URLSafeSerializer(current().config.signing_keys, salt="new password")
