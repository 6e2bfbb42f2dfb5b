"""Emails: written in the transaction of the change they report, sent later by the worker."""

from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Any

from peewee import SQL, CharField, ForeignKeyField, IntegerField, TextField

from storefront.db import db
from storefront.i18n import fold
from storefront.models.base import FoldsText, JsonField, Record, UtcDateTimeField, is_due, now
from storefront.models.orders.order import Order
from storefront.models.process_identity import has_ended, process_identity
from storefront.models.subscriptions.invoice import Invoice
from storefront.models.subscriptions.subscription import Subscription

# How long one worker reserves an email. Longer than sending can take: each step has its own timeout.
CLAIM = timedelta(minutes=5)
# The emails that threads of this process send now: (id of the shop's database object, email's ID). An email is here
# once for each thread that tries, so that one without the claim does not let go of it for the one that has it.
_held: list[tuple[int, int]] = []
# How long the owner is told of emails that were given up: today and so many days before, in UTC.
RECENT_DAYS = 7


def recent_days_begin() -> date:
    """The first of the `RECENT_DAYS`."""
    return now().date() - timedelta(days=RECENT_DAYS)


class EmailState(StrEnum):
    """What became of an email. The values are stored in rows and never change."""

    WAITING = "waiting"
    SENT = "sent"
    KEPT = "kept"  # no mail server is configured, or there is no recipient
    FAILED = "failed"  # it could not be built or was not accepted, in all attempts
    DROPPED = "dropped"  # it did not apply any more when it was due


class Email(FoldsText):
    """One email for each kind and `about`, the key of its subject: an order, a refund, a dispute.

    `recipient` is "" for emails to the owner: every admin gets them. `delivered_to` are the recipients for whom the
    mail server has accepted it. `attempts` counts tries to build it and hand it over, not those to reach the server.
    """

    FOLDED = ("recipient", "subject")

    kind = CharField(max_length=40)
    about = CharField(max_length=80)
    order = ForeignKeyField(Order, null=True, backref="emails", on_delete="CASCADE")
    # Set if it is about more than the order.
    subscription = ForeignKeyField(Subscription, null=True, backref="emails", on_delete="CASCADE")
    invoice = ForeignKeyField(Invoice, null=True, backref="emails", on_delete="CASCADE")
    # The order's, which never change; here, so that an index has them.
    mode = CharField(max_length=4, default="")
    offer_id = IntegerField(null=True)
    recipient = CharField(default="")
    recipient_folded = TextField(default="")
    language = CharField(max_length=2)
    detail = JsonField(default=dict)
    due_at = UtcDateTimeField(default=now)
    subject = TextField(default="")
    subject_folded = TextField(default="")
    title_folded = TextField(default="")  # the order's title, for searches: not every subject names it
    text = TextField(default="")
    html = TextField(default="")
    state = CharField(max_length=10, default=EmailState.WAITING)
    claimed_until = UtcDateTimeField(null=True)
    claimed_by = CharField(max_length=120, default="")  # the `process_identity` of the worker that sends it
    attempts = IntegerField(default=0)
    problem = TextField(default="")
    delivered_to = JsonField(default=list)
    created_at = UtcDateTimeField(default=now, index=True)
    done_at = UtcDateTimeField(null=True)

    class Meta:
        table_name = "letter"
        indexes = (
            (("kind", "about"), True),
            (("state", "due_at"), False),
            (("state", "done_at"), False),
            # The admin's list is filtered by these, and sorted by id.
            *(
                ((*mode, *filters, "id"), False)
                for mode in ((), ("mode",))
                for filters in ((), ("state",), ("kind",), ("kind", "state"))
                if mode or filters
            ),
            # Of one offer; without a mode or a state each of them apart (models/search/emails.py).
            (("offer_id", "id"), False),
            (("offer_id", "mode", "state", "id"), False),
            (("offer_id", "mode", "kind", "state", "id"), False),
        )

    @classmethod
    def is_found_by(cls, typed: str) -> Any:
        """The condition that recipient, subject or the order's title contains what was typed into a search."""
        return super().is_found_by(typed) | cls.title_folded.contains(fold(typed))

    @classmethod
    def due(cls, limit: int = 100) -> list[int]:
        """The IDs of waiting emails that are due and that no worker is sending, oldest first.

        Rows are loaded one by one later, so that one with a corrupt value does not stop the others.
        """
        free = cls.claimed_until.is_null() | is_due(cls.claimed_until, CLAIM)
        waiting = cls.select(cls.id).where(cls.state == EmailState.WAITING, cls.due_at <= now(), free)
        return [row.id for row in waiting.order_by(cls.id).limit(limit)]

    @classmethod
    def oldest_due(cls) -> datetime | None:
        """When the oldest waiting email was due; None if none is."""
        waiting = cls.select(cls.due_at).where(cls.state == EmailState.WAITING, cls.due_at <= now())
        found = waiting.order_by(cls.due_at).limit(1).first()
        return found.due_at if found else None

    @classmethod
    def claim(cls, email_id: int) -> bool:
        """Reserve this email for sending. Return False if another worker has it."""
        free = cls.claimed_until.is_null() | is_due(cls.claimed_until, CLAIM)
        changed = (
            cls.update(claimed_until=now() + CLAIM, claimed_by=process_identity(), attempts=cls.attempts + 1)
            .where(cls.id == email_id, cls.state == EmailState.WAITING, free)
            .execute()
        )
        return bool(changed)

    @classmethod
    def hold(cls, email_id: int) -> None:
        """Say before `claim` that a thread of this process sends the email. It must call `let_go` in the end."""
        _held.append((id(db.obj), email_id))

    @classmethod
    def let_go(cls, email_id: int) -> None:
        """No thread of this process sends the email any more. If its claim is left, `free_abandoned` ends it."""
        with suppress(ValueError):
            _held.remove((id(db.obj), email_id))

    @classmethod
    def free_abandoned(cls) -> None:
        """Free the emails that nobody sends any more: whose claim ended processes of this host have left, or this one.

        A process can't end its claim while the database is away. Those of other hosts wait until their time is over.
        """
        claimed = (cls.state == EmailState.WAITING) & cls.claimed_until.is_null(False)
        for row in list(cls.select(cls.id, cls.claimed_by).where(claimed)):
            is_left = row.claimed_by == process_identity() != "" and (id(db.obj), row.id) not in _held
            if is_left or has_ended(row.claimed_by):
                cls.update(claimed_until=None).where(
                    cls.id == row.id, claimed, cls.claimed_by == row.claimed_by
                ).execute()

    @classmethod
    def return_claim(cls, email_id: int) -> None:
        """Take back a claim without an attempt."""
        cls.update(claimed_until=None, attempts=cls.attempts - 1).where(cls.id == email_id).execute()

    @classmethod
    def is_failing(cls) -> Any:
        """A condition of a query: waiting emails whose last attempt failed."""
        return (cls.state == EmailState.WAITING) & (cls.problem != "")

    @classmethod
    def could_not_be_sent(cls) -> Any:
        """A condition of a query: emails that are failing, or were given up within `RECENT_DAYS`."""
        first = datetime.combine(recent_days_begin(), time(), UTC)
        return cls.is_failing() | ((cls.state == EmailState.FAILED) & (cls.done_at >= first))


# Old emails whose text can be deleted.
Email.add_index(Email.index(Email.done_at, where=SQL("html <> ''"), name="letter_with_text"))


class CustomEmailText(Record):
    """The owner's subject and body for one kind of email in one language, with variables in braces."""

    kind = CharField(max_length=40)
    language = CharField(max_length=2)
    subject = TextField()
    words = TextField()

    class Meta:
        table_name = "letter_wording"
        indexes = ((("kind", "language"), True),)
