"""People who want to know when a sold-out offer can be bought again."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from peewee import CharField, ForeignKeyField, fn

from storefront.models.base import Record, UtcDateTimeField, now
from storefront.models.offers.offer import Offer

# Counting stops there.
MOST_COUNTED = 1000


class WaitingCustomer(Record):
    """`email` is in lower case, `recipient` as it was typed. `written_at`: they have been told, once."""

    offer = ForeignKeyField(Offer, backref="waiting", on_delete="CASCADE")
    offer_id: int
    email = CharField()
    recipient = CharField()
    language = CharField(max_length=2)
    at = UtcDateTimeField(default=now)
    written_at = UtcDateTimeField(null=True)

    class Meta:
        indexes = ((("offer", "email"), True), (("offer", "written_at", "id"), False))

    @classmethod
    def add(cls, offer: Offer, recipient: str, language: str) -> None:
        """Put somebody on the list; again, if they have been told before."""
        email = recipient.lower()
        cls.insert_unless_exists(offer=offer, email=email, recipient=recipient, language=language)
        told = cls.written_at.is_null(False)
        again = cls.update(recipient=recipient, language=language, at=now(), written_at=None)
        again.where(cls.offer == offer, cls.email == email, told).execute()

    @classmethod
    def number_of(cls, offer: Offer) -> int:
        """How many wait, at most MOST_COUNTED + 1."""
        return int(cls._waiting(offer).limit(MOST_COUNTED + 1).count())

    @classmethod
    def offers(cls) -> list[Offer]:
        """The offers for which somebody waits."""
        waiting = cls.select(cls.id).where(cls.offer == Offer.id, cls.written_at.is_null())
        return list(Offer.select().where(fn.EXISTS(waiting)).order_by(Offer.id))

    @classmethod
    def next_of(cls, offer: Offer, most: int) -> list["WaitingCustomer"]:
        """Those who wait for the longest time."""
        return list(cls._waiting(offer).order_by(cls.id).limit(most))

    @classmethod
    def last_told_at(cls, offer: Offer) -> datetime | None:
        """When somebody was told that the offer is back; None if nobody was."""
        told = cls.select(cls.written_at).where(cls.offer == offer, cls.written_at.is_null(False))
        newest = told.order_by(cls.written_at.desc()).first()
        return newest.written_at if newest is not None else None

    @classmethod
    def mark_told(cls, told: Iterable["WaitingCustomer"]) -> None:
        """Nobody of them waits any more."""
        cls.update(written_at=now()).where(cls.id.in_([one.id for one in told])).execute()

    @classmethod
    def _waiting(cls, offer: Offer) -> Any:
        return cls.select().where(cls.offer == offer, cls.written_at.is_null())
