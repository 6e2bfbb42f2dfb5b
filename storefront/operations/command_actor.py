"""Who runs a command, for the security log and the audit log."""

import getpass
from functools import wraps

import click

from storefront import team
from storefront.models import ActorKind, AuditAction, AuditKind
from storefront.team import Actor

# What these change was so already, at Stripe or in other rows.
_UPDATING = frozenset(("migrate", "rebuild-counters", "reconcile", "doctor", "verify-backup", "move-database"))


def command_user() -> str:
    """The user of this machine who runs the command."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        # A container may run under a number that has no name.
        return "unknown"


def audited(command: click.Command) -> click.Command:
    """The command; what it changes is in the audit log, except what it only brings up to date."""
    run = command.callback

    @wraps(run)  # type: ignore[arg-type]
    def callback(*arguments: object, **options: object) -> object:
        with team.acting_as(_actor()):
            return run(*arguments, **options)  # type: ignore[misc]

    if command.name not in _UPDATING:
        command.callback = callback
    return command


def record_restore(name: str) -> None:
    """Write into the restored shop's audit log that it was restored, from the backup with this name."""
    team.record(_actor(), AuditAction.RESTORED, AuditKind.SHOP, label=name)


def _actor() -> Actor:
    return Actor(ActorKind.COMMAND, command_user())
