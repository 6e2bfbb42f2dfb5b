"""Emails: written in the transaction of the change they report, sent later by the worker."""

from datetime import timedelta
from enum import StrEnum

from peewee import CharField, ForeignKeyField, IntegerField, TextField

from storefront.models.base import JsonField, Record, UtcDateTimeField, now
from storefront.models.orders.order import Order
from storefront.models.subscriptions.invoice import Invoice
from storefront.models.subscriptions.subscription import Subscription

# How long one worker reserves an email. Longer than sending can take: each step has its own timeout.
CLAIM = timedelta(minutes=5)


class EmailState(StrEnum):
    """What became of an email. The values are stored in rows and never change."""

    WAITING = "waiting"
    SENT = "sent"
    KEPT = "kept"  # no mail server is configured, or there is no recipient
    FAILED = "failed"  # the mail server did not accept it for a day
    DROPPED = "dropped"  # it did not apply any more when it was due


class Email(Record):
    """One email for each kind and `about`, the key of its subject: an order, a refund, a dispute.

    `recipient` is "" for emails to the owner: every admin gets them.
    """

    kind = CharField(max_length=40)
    about = CharField(max_length=80)
    order = ForeignKeyField(Order, null=True, backref="emails", on_delete="CASCADE")
    # Set if it is about more than the order.
    subscription = ForeignKeyField(Subscription, null=True, backref="emails", on_delete="CASCADE")
    invoice = ForeignKeyField(Invoice, null=True, backref="emails", on_delete="CASCADE")
    recipient = CharField(default="")
    language = CharField(max_length=2)
    detail = JsonField(default=dict)
    due_at = UtcDateTimeField(default=now)
    subject = TextField(default="")
    text = TextField(default="")
    html = TextField(default="")
    state = CharField(max_length=10, default=EmailState.WAITING)
    claimed_until = UtcDateTimeField(null=True)
    attempts = IntegerField(default=0)
    problem = TextField(default="")
    created_at = UtcDateTimeField(default=now)
    done_at = UtcDateTimeField(null=True)

    class Meta:
        table_name = "letter"
        indexes = ((("kind", "about"), True), (("state", "due_at"), False))

    @classmethod
    def due(cls, limit: int = 100) -> list["Email"]:
        """Waiting emails that are due and that no worker is sending, oldest first."""
        free = cls.claimed_until.is_null() | (cls.claimed_until < now())
        return list(
            cls.select().where(cls.state == EmailState.WAITING, cls.due_at <= now(), free).order_by(cls.id).limit(limit)
        )

    def claim(self) -> bool:
        """Reserve this email for sending. Return False if another worker has it."""
        free = Email.claimed_until.is_null() | (Email.claimed_until < now())
        changed = (
            Email.update(claimed_until=now() + CLAIM, attempts=Email.attempts + 1)
            .where(Email.id == self.id, Email.state == EmailState.WAITING, free)
            .execute()
        )
        return bool(changed)


class CustomEmailText(Record):
    """The owner's subject and body for one kind of email in one language, with variables in braces."""

    kind = CharField(max_length=40)
    language = CharField(max_length=2)
    subject = TextField()
    words = TextField()

    class Meta:
        table_name = "letter_wording"
        indexes = ((("kind", "language"), True),)
