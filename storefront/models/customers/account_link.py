"""Links to customers' account pages: for which address each was made, and until when it opens the page."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Self

from peewee import BooleanField, CharField

from storefront.db import db
from storefront.models.base import CLOCK_TOLERANCE, Record, UtcDateTimeField, now, public_id


class AccountLink(Record):
    """`email` is in lower case. `mailed`: the link was emailed there, so whoever has just got it reads that mailbox.

    The random id in the link is not stored, only its hash: a copy of the table opens nothing.
    """

    # How long a link opens the account page.
    LIFETIME = timedelta(days=30)
    # How long after it was mailed a link proves access to the mailbox.
    FRESH = timedelta(hours=1)
    # How long an expired link can still be exchanged for a new one.
    KEPT = timedelta(days=400)

    id_hash = CharField(max_length=64, unique=True)
    email = CharField(index=True)
    mailed = BooleanField(default=True)
    issued_at = UtcDateTimeField(default=now, index=True)
    ended_at = UtcDateTimeField(null=True)

    class Meta:
        table_name = "account_link"

    @classmethod
    def issue(cls, email: str, *, mailed: bool = True, issued_at: datetime | None = None) -> str:
        """Store a new link and return its id. Links that nobody can use any more are deleted."""
        link_id = public_id()
        with db.atomic():
            cls.delete().where(cls.issued_at < now() - cls.KEPT).execute()
            cls.create(id_hash=_hash(link_id), email=email.strip().lower(), mailed=mailed, issued_at=issued_at or now())
        return link_id

    @classmethod
    def by_id(cls, link_id: str) -> Self | None:
        """The link with this id, expired or not."""
        return cls.get_or_none(cls.id_hash == _hash(link_id))

    @classmethod
    def end_all(cls, addresses: Iterable[str]) -> None:
        """End every link of these email addresses, given in lower case."""
        cls.update(ended_at=now()).where(cls.email.in_(list(addresses)), cls.ended_at.is_null()).execute()

    @property
    def is_open(self) -> bool:
        """Whether it opens the account page. One from the future was made while the clock was ahead."""
        return self.ended_at is None and now() - self.issued_at <= self.LIFETIME

    @property
    def is_fresh(self) -> bool:
        """Whether it was mailed within the last hour."""
        return self.mailed and self.is_open and -CLOCK_TOLERANCE <= now() - self.issued_at <= self.FRESH


def _hash(link_id: str) -> str:
    return sha256(link_id.encode(errors="surrogatepass")).hexdigest()
