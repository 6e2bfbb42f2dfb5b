"""Tokens with which other programs read the shop. Only their hashes are stored."""

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Self

from peewee import Case, CharField, IntegerField

from storefront.models.base import Record, UtcDateTimeField, now

PREFIX = "sft_"
# Requests that one token may make within a minute.
REQUESTS_PER_MINUTE = 120


class ApiToken(Record):
    """`hint` are the last characters of the token, by which people recognize it. `scope` is "read".

    `requests` were made in the minute that began at `minute`.
    """

    name = CharField(max_length=100)
    token_hash = CharField(max_length=64, unique=True)
    hint = CharField(max_length=4)
    scope = CharField(max_length=10, default="read")
    created_by = CharField(default="")  # the admin's email address
    created_at = UtcDateTimeField(default=now)
    expires_at = UtcDateTimeField(null=True)  # None: never
    revoked_at = UtcDateTimeField(null=True)
    last_used_at = UtcDateTimeField(null=True)
    minute = UtcDateTimeField(null=True)
    requests = IntegerField(default=0)

    class Meta:
        table_name = "api_token"

    @classmethod
    def issue(cls, name: str, created_by: str, expires_at: datetime | None) -> tuple[Self, str]:
        """Make a token. Return its row and the token itself, which can't be read again later."""
        token = PREFIX + secrets.token_urlsafe(32)
        values = {"name": name, "created_by": created_by, "expires_at": expires_at}
        return cls.create(token_hash=_hash(token), hint=token[-4:], **values), token

    @classmethod
    def known(cls, token: str) -> Self | None:
        """The row of a token, whether it works or not."""
        found: Self | None = cls.get_or_none(cls.token_hash == _hash(token))
        return found

    @property
    def is_valid(self) -> bool:
        """Whether it was neither revoked nor has expired."""
        expires: datetime | None = self.expires_at
        return self.revoked_at is None and (expires is None or now() < expires)

    @property
    def was_used_today(self) -> bool:
        """Whether a request was made with it on this day, in UTC."""
        used: datetime | None = self.last_used_at
        return used is not None and used.date() == now().date()

    def count_request(self) -> int:
        """Count a request of now. Return the seconds to wait if there were too many in this minute, else 0."""
        cls, time = type(self), now()
        minute = time.replace(second=0, microsecond=0)
        counted = Case(None, ((cls.minute == minute, cls.requests + 1),), 1)
        is_free = (cls.minute.is_null()) | (cls.minute != minute) | (cls.requests < REQUESTS_PER_MINUTE)
        taken = (
            cls.update(requests=counted, minute=minute, last_used_at=time).where(cls.id == self.id, is_free).execute()
        )
        return 0 if taken else max(1, int((minute + timedelta(minutes=1) - time).total_seconds()))


def _hash(token: str) -> str:
    """Tokens are random and long, so a quick hash will do."""
    return hashlib.sha256(token.encode()).hexdigest()
