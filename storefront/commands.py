"""What an operator types: `flask --app wsgi …`."""

import click
from flask.cli import with_appcontext

from storefront import db, mail, reconciling
from storefront.forms.limits import MIN_PASSWORD
from storefront.models import Admin
from storefront.web.security import shop_config


@click.command("migrate")
@with_appcontext
def migrate() -> None:
    """Bring the database to this version's schema."""
    applied = db.migrate(shop_config())
    click.echo("\n".join(f"applied {name}" for name in applied) or "nothing to migrate")


@click.command("create-admin")
@click.option("--email", prompt=True, help="Email to sign in with.")
@click.option("--password", prompt=True, hide_input=True, confirmation_prompt=True, help="New password.")
@with_appcontext
def create_admin(email: str, password: str) -> None:
    """Make an admin, or give an existing one a new password."""
    if "@" not in email:
        raise click.BadParameter("must be an email address", param_hint="--email")
    if len(password) < MIN_PASSWORD:
        raise click.BadParameter(f"must have at least {MIN_PASSWORD} characters", param_hint="--password")
    db.migrate(shop_config())
    with db.connection():
        admin = Admin.set_password(email, password)
    click.echo(f"{admin.email} can sign in")


@click.command("reconcile")
@with_appcontext
def reconcile() -> None:
    """Ask Stripe about every unfinished payment now, whatever its age."""
    with db.connection():
        report = reconciling.run(everything=True)
        mail.send_due()
    for number, before, after in report.changed:
        click.echo(f"order {number}: {before} → {after}")
    click.echo(f"{len(report.changed)} changed, {len(report.unanswered)} could not be asked")
    for line in report.unanswered:
        click.echo(line, err=True)
    if report.unanswered:
        raise SystemExit(1)


COMMANDS = (migrate, create_admin, reconcile)
