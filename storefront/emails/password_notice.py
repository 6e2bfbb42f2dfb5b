"""Tells the admins that the password of one of them has changed."""

from storefront.emails import outbox
from storefront.models import Admin, EmailKind


def write_password_notice(admin: Admin) -> None:
    """Queue one email for each new password, inside the caller's transaction. Call it after `Admin.set_password`."""
    about = f"password-{admin.id}-{admin.session_version}"
    outbox.write(EmailKind.OWNER_PASSWORD_CHANGED, None, about, email=admin.email)
