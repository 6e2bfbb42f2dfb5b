"""Commands for operators: `flask --app wsgi …`."""

import sys
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import click
from flask.cli import with_appcontext
from flask_babel import force_locale

from storefront import db, emails, i18n, operations, team, web, worker
from storefront.config import Config
from storefront.errors import FieldErrors
from storefront.models import Admin, AdminSession, PendingSignIn, Role
from storefront.team import SecurityEvent
from storefront.web import MIN_PASSWORD, shop_config

# Why a password is refused, by the code of the error.
WEAK_PASSWORDS = {
    "password_is_email": "must not be the email address",
    "password_weak": "is easy to guess: use several words, or more characters",
}


@click.command("migrate")
@with_appcontext
def migrate() -> None:
    """Apply the pending database migrations."""
    with operations.database_for_command(shop_config()):
        upgrade = operations.upgrade_database(shop_config())
        operations.require_same_keys(shop_config())
    if upgrade.backup:
        click.echo(f"the database was backed up to {upgrade.backup}")
    click.echo("\n".join(f"applied {name}" for name in upgrade.applied) or "nothing to migrate")


@click.command("rebuild-counters")
@with_appcontext
def rebuild_counters() -> None:
    """Compute again what is derived from other rows: counters and the like. Say what was different."""
    with operations.database_for_command(shop_config()):
        db.migrate(shop_config())
        different = db.rebuild_derived()
    for line in different:
        click.echo(line)
    click.echo(f"{len(different)} corrected" if different else "all counters were right")


@click.command("create-admin")
@click.option("--email", prompt=True, help="Email to sign in with.")
@click.option("--password", help="New password. Other users of this machine can see it while the command runs.")
@click.option("--password-stdin", is_flag=True, help="Read the new password from the first line of standard input.")
@with_appcontext
def create_admin(email: str, password: str | None, password_stdin: bool) -> None:
    """Create an Owner, or make an existing admin one with a new password, which signs out all their browsers."""
    if password_stdin:
        if password is not None:
            raise click.UsageError("--password and --password-stdin exclude each other")
        password = sys.stdin.readline().rstrip("\r\n")
    elif password is None:
        password = click.prompt("Password", hide_input=True, confirmation_prompt=True)
    option = "--password-stdin" if password_stdin else "--password"
    email = i18n.clean_line(email)
    if not emails.is_postable(email):
        raise click.BadParameter("must be an email address", param_hint="--email")
    if len(password) < MIN_PASSWORD:
        raise click.BadParameter(f"must have at least {MIN_PASSWORD} characters", param_hint=option)
    with operations.database_for_command(shop_config()):
        db.migrate(shop_config())
        admin = _set_password(email, password, option)
    click.echo(f"{admin.email} can sign in")


def _set_password(email: str, password: str, option: str) -> Admin:
    is_new = not Admin.select().where(Admin.email == email.lower()).exists()
    event = SecurityEvent.ADMIN_CREATE if is_new else SecurityEvent.PASSWORD_CHANGE
    try:
        admin = team.set_password(email, password, web.shop_words(), emails.write_password_notice, Role.OWNER)
    except FieldErrors as error:
        operations.log_from_console(event, result="refused", admin=email, reason=error.errors["password"][0])
        raise click.BadParameter(WEAK_PASSWORDS[error.errors["password"][0]], param_hint=option) from error
    operations.log_from_console(event, admin=admin.email)
    return admin


@click.command("reset-two-step")
@click.option("--email", prompt=True, help="Email of the admin who can't sign in.")
@with_appcontext
def reset_two_step(email: str) -> None:
    """Take authenticator app, passkeys and recovery codes off an admin's account, for example after a lost phone.

    The password alone signs in then. Owners and managers are told by email.
    """
    with operations.database_for_command(shop_config()):
        db.migrate(shop_config())
        click.echo(operations.reset_two_step(email))


@click.command("reconcile")
@click.option(
    "--since",
    type=click.DateTime(),
    help="Search Stripe for payments that the database does not know from this UTC time on, instead of shortly before "
    "the backup that was restored.",
)
@with_appcontext
def reconcile(since: datetime | None) -> None:
    """Check every unfinished payment and subscription at Stripe now, whatever its age.

    Also finds the payments at Stripe that the database does not know, as after a restore.
    """
    with operations.database_for_command(shop_config()):
        # First of all: without it, each answer of Stripe would be lost.
        operations.require_writes()
        report = worker.reconcile(everything=True, since=since.replace(tzinfo=UTC) if since else None)
        emails.send_due()
    for line in operations.reconciliation_lines(report):
        click.echo(line)
    for line in report.failures:
        click.echo(line, err=True)
    if report.failures:
        raise SystemExit(1)


@click.command("doctor")
@with_appcontext
def examine() -> None:
    """Check everything that the shop depends on, including Stripe. Exit with 1 if something is broken."""
    # Ends the command if this host has keys of its own. The findings say whether the database can't be used.
    with suppress(click.ClickException), operations.database_for_command(shop_config()):
        pass
    with force_locale("en"):
        findings = operations.diagnose_with_stripe(shop_config())
        for finding in findings:
            about = f"{finding.about}: " if finding.about else ""
            click.echo(f"{finding.grade:<5}  {about}{web.finding_text(finding)}")
    unreachable = next((finding for finding in findings if finding.code == "database_unreachable"), None)
    if unreachable:
        raise click.ClickException(f"DATABASE_URL: the database can't be used: {unreachable.detail['words']}")
    if any(finding.grade == operations.Grade.RED for finding in findings):
        raise SystemExit(1)


@click.command("backup")
@click.argument("file", type=click.Path(path_type=Path))
@with_appcontext
def backup(file: Path) -> None:
    """Save the whole shop to FILE while it runs. An existing file is replaced."""
    with operations.errors_about(file), operations.logged(SecurityEvent.BACKUP, file=file):
        made = operations.backup(shop_config(), file)
    for line in made.lines():
        click.echo(line)


@click.command("verify-backup")
@click.argument("file", type=click.Path(path_type=Path))
@with_appcontext
def verify_backup(file: Path) -> None:
    """Restore FILE into a temporary folder and compare what it holds. Exit with 1 if it wouldn't restore."""
    with operations.errors_about(file):
        verified = operations.verify_backup(shop_config(), file)
    for line in operations.verification_lines(verified):
        click.echo(line)
    if verified.differences:
        raise click.ClickException("\n".join([f"{file} differs from what was backed up", *verified.differences]))
    click.echo("This backup can be restored.")


@click.command("restore")
@click.argument("file", type=click.Path(path_type=Path))
@with_appcontext
def restore(file: Path) -> None:
    """Restore the shop from FILE. The current data is kept beside it."""
    with operations.errors_about(file), operations.logged(SecurityEvent.RESTORE, file=file):
        restored = operations.restore(shop_config(), file)
        # A backup also brings back sessions that were ended after it.
        with db.connection():
            AdminSession.delete().execute()
            PendingSignIn.delete().execute()
            operations.record_restore(file.name)
        # The restored keys can differ from those of the running configuration.
        unreadable = operations.unreadable_lines(Config.from_environment())
    for line in (*restored.lines(), *unreadable):
        click.echo(line)
    click.echo("Restart the shop, then run `flask --app wsgi reconcile`.")


@click.command("rotate-keys")
@with_appcontext
def rotate_keys() -> None:
    """Encrypt all secrets again with the newest of ENCRYPTION_KEYS. Exit with 1 if some can't be decrypted."""
    with operations.database_for_command(shop_config()):
        db.migrate(shop_config())
        rotated, unreadable = operations.rotate_keys()
    operations.log_from_console(SecurityEvent.KEY_ROTATION, rotated=rotated, unreadable=sum(unreadable.values()))
    click.echo(f"{rotated} secrets encrypted again; all others already were with the newest key")
    if unreadable:
        lines = [f"{column}: {number}" for column, number in sorted(unreadable.items())]
        raise click.ClickException("\n".join(["these can't be decrypted with any of ENCRYPTION_KEYS", *lines]))
    click.echo("The older keys can be removed from ENCRYPTION_KEYS.")


@click.command("move-database")
@click.argument("url")
@with_appcontext
def move_database(url: str) -> None:
    """Copy the shop into the empty database at URL, and compare all rows. Stop the shop first.

    The present database stays as it is. Exit with 1 if a row can't be moved or differs, with 2 if the move can't begin.
    """
    try:
        moved = operations.move_database(shop_config(), url, click.echo, warn=partial(click.echo, err=True))
    except operations.MoveError as error:
        click.echo(str(error), err=True)
        raise SystemExit(error.exit_code) from error
    click.echo(f"{len(moved.rows)} tables, {sum(moved.rows.values())} rows: all are the same in both databases")
    click.echo(f"Put this into .env, and start the shop: DATABASE_URL={moved.url}")


COMMANDS = tuple(
    operations.end_with_one_line(operations.audited(command))
    for command in (
        migrate,
        rebuild_counters,
        create_admin,
        reset_two_step,
        reconcile,
        examine,
        backup,
        verify_backup,
        restore,
        rotate_keys,
        move_database,
    )
)
