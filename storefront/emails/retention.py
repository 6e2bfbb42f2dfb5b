"""Deletes the texts of old emails, and what is known of old outages of the mail server."""

from datetime import timedelta

from peewee import SQL

from storefront.models import Email, EmailState, MailOutage, now


def delete_old_texts(days: int, most: int) -> int:
    """Delete subject and text of emails that were sent, kept or given up `days` ago, at most `most`. Return how many.

    The rows stay: they say that somebody was told something, and keep it from being told again.
    """
    # Written as the index on these rows has it.
    old = (SQL("html <> ''"), Email.done_at < now() - timedelta(days=days), Email.state != EmailState.WAITING)
    found = [email.id for email in Email.select(Email.id).where(*old).limit(most)]
    Email.update(subject="", text="", html="").where(Email.id.in_(found)).execute()
    return len(found)


def delete_old_outages(days: int, most: int) -> int:
    """Delete outages that ended `days` ago, at most `most`. Return how many."""
    old = MailOutage.select(MailOutage.id).where(MailOutage.ended_at < now() - timedelta(days=days)).limit(most)
    return int(MailOutage.delete().where(MailOutage.id.in_([outage.id for outage in old])).execute())
