"""What an operator types: `flask --app wsgi …`."""

import click
from flask.cli import with_appcontext
from flask_babel import force_locale

from storefront import db, doctor, mail, reconciling
from storefront.blueprints.admin import doctor_words
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


@click.command("doctor")
@with_appcontext
def examine() -> None:
    """Look at everything the shop depends on, and ask Stripe; exit 1 when something is broken."""
    with db.connection(), force_locale("en"):
        findings = doctor.look_and_ask(shop_config())
        for finding in findings:
            about = f"{finding.about}: " if finding.about else ""
            click.echo(f"{finding.grade:<5}  {about}{doctor_words.sentence(finding)}")
    if any(finding.grade == doctor.Grade.RED for finding in findings):
        raise SystemExit(1)


COMMANDS = (migrate, create_admin, reconcile, examine)
