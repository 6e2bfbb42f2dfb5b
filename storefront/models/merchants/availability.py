"""Whether a merchant can be paid now, as Stripe's answers have shown. All processes and hosts read it from its row."""

from datetime import timedelta
from enum import StrEnum

from peewee import CharField

from storefront.models.base import Record, UtcDateTimeField, now

# So long Stripe has to be silent for a merchant before new orders are paid to another one.
SILENCE = timedelta(minutes=1)


class Unavailability(StrEnum):
    """Why a merchant can't be paid. The values are stored in rows and never change.

    All but the last one are kinds of `StripeRefusal`.
    """

    KEY = "key"  # Stripe refuses the key
    ACCESS = "access"  # the key has no access to the account any more
    CHARGES = "charges"  # the account may not charge
    SILENCE = "silence"  # Stripe can't be reached


ACCOUNT_REASONS = frozenset({Unavailability.KEY, Unavailability.ACCESS, Unavailability.CHARGES})


class Availability(Record):
    """Columns of Merchant. `silent_since`: the first request without an answer since the last one that had one.

    `outage_told_at` is when the owner was told that new orders go to another merchant. `outage_checked_at` is when the
    worker last asked Stripe whether the outage is over.
    """

    silent_since = UtcDateTimeField(null=True)
    unavailable_since = UtcDateTimeField(null=True)
    unavailable_because = CharField(max_length=10, default="")
    outage_told_at = UtcDateTimeField(null=True)
    outage_checked_at = UtcDateTimeField(null=True)

    @property
    def is_unavailable(self) -> bool:
        """Whether Stripe refuses its account, or can't be reached."""
        return bool(self.unavailable_because)

    @property
    def is_silent(self) -> bool:
        """Whether Stripe can't be reached."""
        return self.unavailable_because == Unavailability.SILENCE

    @classmethod
    def of_which_owners_learn(cls) -> object:
        """The condition for outages that no refusal tells about: those by silence, and those that move new orders."""
        return (cls.unavailable_because == Unavailability.SILENCE) | cls.outage_told_at.is_null(False)

    @classmethod
    def note_silence(cls, merchant_id: int, silent_since: object) -> None:
        """A request had no answer. `silent_since` is that of the row, read before the request."""
        if silent_since is None:
            cls.update(silent_since=now()).where(cls._is(merchant_id), cls.silent_since.is_null()).execute()
        else:
            is_long = cls.silent_since <= now() - SILENCE
            cls._begin_outage(Unavailability.SILENCE, cls._is(merchant_id) & is_long)

    @classmethod
    def note_answer(cls, merchant_id: int) -> None:
        """Stripe has answered after it had been silent, whatever it said."""
        cls.update(silent_since=None).where(cls._is(merchant_id), cls.silent_since.is_null(False)).execute()
        cls._end_outage(cls._is(merchant_id) & (cls.unavailable_because == Unavailability.SILENCE))

    @classmethod
    def note_refusal(cls, merchant_id: int, kind: str) -> None:
        """Stripe refuses its account: `kind` is one of ACCOUNT_REASONS; other kinds are ignored."""
        if kind in ACCOUNT_REASONS:
            cls._begin_outage(Unavailability(kind), cls._is(merchant_id))

    @classmethod
    def note_accepted(cls, merchant_id: int, kinds: frozenset[Unavailability] = ACCOUNT_REASONS) -> None:
        """Stripe refuses its account for none of these reasons any more."""
        cls._end_outage(cls._is(merchant_id) & cls.unavailable_because.in_(sorted(kinds)))

    @classmethod
    def _is(cls, merchant_id: int) -> object:
        return cls._meta.primary_key == merchant_id

    @classmethod
    def _begin_outage(cls, reason: Unavailability, which: object) -> None:
        values = {"unavailable_since": now(), "unavailable_because": reason, "outage_checked_at": now()}
        cls.update(**values).where(which, cls.unavailable_because == "").execute()

    @classmethod
    def _end_outage(cls, which: object) -> None:
        values = {"unavailable_since": None, "unavailable_because": "", "outage_told_at": None}
        cls.update(**values).where(which).execute()
