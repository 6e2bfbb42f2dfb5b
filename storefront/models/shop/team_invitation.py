"""Invitations to the admin that wait for an answer: one for each email address."""

from datetime import timedelta

from peewee import CharField, ForeignKeyField

from storefront.models.base import CLOCK_TOLERANCE, Record, UtcDateTimeField, is_recent, now, public_id
from storefront.models.shop.admin import Admin

LIFETIME = timedelta(days=7)


class TeamInvitation(Record):
    """The row is deleted when the invitation is accepted or withdrawn.

    `key` is part of the link, which is signed. Sending the invitation again makes a new key: earlier links end. Whoever
    is removed takes the invitations along that nobody has accepted yet.
    """

    email = CharField(unique=True)
    role = CharField(max_length=10)
    key = CharField(unique=True, max_length=40, default=public_id)
    invited_by = ForeignKeyField(Admin, on_delete="CASCADE")
    sent_at = UtcDateTimeField(default=now)

    class Meta:
        table_name = "team_invitation"

    @property
    def is_open(self) -> bool:
        """Whether its link still works. One that was dated by a wrong clock does not."""
        return bool(-CLOCK_TOLERANCE <= now() - self.sent_at <= LIFETIME)

    @classmethod
    def open_by_key(cls, key: str) -> "TeamInvitation | None":
        """The invitation with this key, if its link still works."""
        found: TeamInvitation | None = cls.get_or_none(cls.key == key, is_recent(cls.sent_at, LIFETIME))
        return found
