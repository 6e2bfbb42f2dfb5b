"""Which worker handles the waiting events of an object, so that no two ask Stripe about it at the same time."""

import secrets
from collections.abc import Collection
from datetime import timedelta
from typing import Any

from peewee import CharField, ForeignKeyField

from storefront.models.base import Record, UtcDateTimeField, is_due, now
from storefront.models.merchants.merchant import Merchant
from storefront.models.prepared_statement import PreparedStatement
from storefront.models.process_identity import has_ended, process_identity

# Longer than a worker needs for the objects that it claims together. After that, others may take them.
LEASE = timedelta(minutes=5)
# Tokens of the claims that threads of this process hold now. The rows of others could not be deleted at their end.
_held: set[str] = set()


class EventClaim(Record):
    """One row for each object that is being handled: `subject` is its id at Stripe, `token` names the claim.

    `claimed_by` is the `process_identity` of the worker.
    """

    merchant = ForeignKeyField(Merchant, on_delete="CASCADE")
    merchant_id: int
    subject = CharField()
    token = CharField(max_length=40)
    claimed_by = CharField(max_length=120, default="")
    claimed_until = UtcDateTimeField()

    class Meta:
        indexes = ((("merchant", "subject"), True),)

    @classmethod
    def is_over(cls) -> Any:
        """Condition: the lease is over, or a clock that was ahead has set it."""
        return is_due(cls.claimed_until, LEASE)

    @classmethod
    def take(cls, objects: Collection[tuple[int, str]]) -> tuple[str, set[tuple[int, str]]]:
        """Claim objects, each as (merchant ID, subject). Return the token, and those that nobody else has.

        Call `give_up` with the token in the end.
        """
        token = secrets.token_hex(16)
        _held.add(token)
        values = {"token": token, "claimed_by": process_identity(), "claimed_until": now() + LEASE}
        rows = [{"merchant": merchant, "subject": subject, **values} for merchant, subject in sorted(objects)]
        # One statement: of two workers that claim the same object, one gets it.
        cls.insert_many(rows).on_conflict(
            conflict_target=[cls.merchant, cls.subject], update=values, where=cls.is_over()
        ).execute()
        mine = cls.select(cls.merchant, cls.subject).where(cls.token == token)
        return token, {(row.merchant_id, row.subject) for row in mine}

    @classmethod
    def release(cls, token: str, subjects: Collection[str] | None = None) -> None:
        """Release the claim, or these subjects of it."""
        if subjects is None:
            _RELEASE.execute(token)
        for subject in subjects or ():
            _RELEASE_SUBJECT.execute(token, subject)

    @classmethod
    def give_up(cls, token: str) -> None:
        """Nothing of the claim is handled any more. If its rows can't be deleted now, `free_abandoned` does it."""
        _held.discard(token)
        cls.release(token)

    @classmethod
    def free_abandoned(cls) -> None:
        """Delete claims that nobody holds any more: of ended processes of this host, and of this process.

        Those of other hosts wait until their lease is over.
        """
        for row in list(cls.select(cls.claimed_by, cls.token).distinct()):
            is_left = row.claimed_by == process_identity() and row.token not in _held
            if is_left or has_ended(row.claimed_by):
                cls.delete().where(cls.token == row.token).execute()


_RELEASE = PreparedStatement(lambda token: EventClaim.delete().where(EventClaim.token == token))
_RELEASE_SUBJECT = PreparedStatement(
    lambda token, subject: EventClaim.delete().where(EventClaim.token == token, EventClaim.subject == subject)
)
