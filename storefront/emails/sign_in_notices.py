"""Tells admins about sign-ins from new browsers, and that two-step verification was turned off."""

import secrets

from storefront.emails import outbox
from storefront.emails.kinds import variables
from storefront.models import Admin, EmailKind, now


def write_sign_in_notice(admin: Admin, browser: str, ip_address: str) -> None:
    """Queue an email to this admin alone: a browser that hasn't signed in to the account before did so now."""
    outbox.write(
        EmailKind.OWNER_NEW_SIGN_IN,
        None,
        f"sign-in-{secrets.token_hex(8)}",
        recipient=admin.email,
        language=admin.language,
        email=admin.email,
        browser=browser,
        ip_address=ip_address,
        received=variables.moment(now()),
    )


def write_two_step_notice(admin: Admin) -> None:
    """Queue an email to owners and managers: this one's sign-in has no second step any more.

    Inside the caller's transaction.
    """
    outbox.write(EmailKind.OWNER_TWO_STEP_OFF, None, f"two-step-{secrets.token_hex(8)}", email=admin.email)
