"""What operators do to admins' accounts on the command line, and how the security log tells of commands."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from storefront import emails, team
from storefront.db import db
from storefront.models import Admin
from storefront.operations.command_actor import command_user
from storefront.team import SecurityEvent


def log_from_console(event: SecurityEvent, result: str = "ok", **details: object) -> None:
    """Write a line of the security log about the user of this machine who runs the command."""
    team.log_security_event(event, who=command_user(), address="console", result=result, **details)


@contextmanager
def logged(event: SecurityEvent, file: Path) -> Iterator[None]:
    """Write a line of the security log about the block: ok, or failed if it raises."""
    try:
        yield
    except Exception:
        log_from_console(event, result="failed", file=file)
        raise
    log_from_console(event, file=file)


def reset_two_step(email: str) -> str:
    """Take the second step off an admin's account, and tell owners and managers by email. Returns a line about it.

    Raises BadParameter if no admin has this email.
    """
    admin = Admin.get_or_none(Admin.email == email.strip().lower())
    if admin is None:
        raise click.BadParameter("no admin has this email", param_hint="--email")
    with db.atomic():
        was_on = team.reset_two_step(admin)
        if was_on:
            emails.write_two_step_notice(admin)
    log_from_console(SecurityEvent.TWO_STEP, action="reset", admin=admin.email, was_on="yes" if was_on else "no")
    if was_on:
        return f"{admin.email} signs in with the password alone. Set up two-step verification again in the admin."
    return f"{admin.email} has no two-step verification: the password alone signs in"
