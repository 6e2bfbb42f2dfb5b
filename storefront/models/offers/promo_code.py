"""Promo codes: what a customer types to pay less, where and until when it works, and how often it was used."""

import re
import unicodedata
from collections.abc import Iterable
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any, cast

from peewee import BigIntegerField, BooleanField, CharField, ForeignKeyField, IntegerField, fn

from storefront.models.base import Record, UtcDateTimeField, is_recent, now
from storefront.models.counters.counter import Counter, CounterKind
from storefront.models.offers.offer import Offer
from storefront.models.orders.order_status import PAYABLE_STATUSES, SETTLED_STATUSES
from storefront.money import Money

MAX_CODE_LENGTH = 40
_CODE = re.compile(r"[^\W_](?:[\w-]{0,38}[^\W_])?")
# Orders of these statuses use a code: an unpaid order gives it back when it expires.
USING_STATUSES = PAYABLE_STATUSES | SETTLED_STATUSES


class CodeTiming(StrEnum):
    """Which payments of a subscription a code reduces. The values are stored in rows and never change."""

    FIRST = "first"
    EVERY = "every"


class PromoCode(Record):
    """Takes off a percentage (`percent`, in hundredths of a percent) or an amount (minor units of `currency`).

    It works from `starts_at` until before `ends_at`, for all offers unless it `is_for_some`: then for those in
    `PromoCodeOffer`. None in a limit means no limit.
    """

    code = CharField(unique=True, max_length=MAX_CODE_LENGTH)
    percent = IntegerField(null=True)
    amount = BigIntegerField(null=True)
    currency = CharField(max_length=3, default="")
    applies_to = CharField(max_length=10, default=CodeTiming.FIRST)
    is_for_some = BooleanField(default=False)
    starts_at = UtcDateTimeField(null=True)
    ends_at = UtcDateTimeField(null=True)
    total_uses = IntegerField(null=True)
    uses_per_customer = IntegerField(null=True)
    is_active = BooleanField(default=True)
    created_at = UtcDateTimeField(default=now)

    class Meta:
        # The second one is asked by each offer's page.
        indexes = ((("is_active", "id"), False), (("is_active", "is_for_some"), False))

    @classmethod
    def by_code(cls, typed: str) -> "PromoCode | None":
        """The code that somebody has typed: upper and lower case are the same."""
        code = normal_code(typed)
        return cls.get_or_none(cls.code == code) if is_code(code) else None

    @property
    def percentage(self) -> Decimal | None:
        """12.5 for 12.5 %; None if it takes off an amount."""
        return None if self.percent is None else Decimal(self.percent) / 100

    @property
    def amount_off(self) -> Money | None:
        """The amount that it takes off; None if that is a percentage."""
        return None if self.amount is None else Money(self.amount, self.currency)

    @property
    def reduces_every_payment(self) -> bool:
        """Whether it reduces all payments of a subscription, not only the first one."""
        return bool(self.applies_to == CodeTiming.EVERY)

    @property
    def has_limit(self) -> bool:
        """Whether an order that uses it takes it from others."""
        return self.total_uses is not None

    def has_begun(self) -> bool:
        """Whether its first day has come."""
        return self.starts_at is None or self.starts_at <= now()

    def is_over(self) -> bool:
        """Whether its last day has passed."""
        return self.ends_at is not None and self.ends_at <= now()

    def is_for(self, offer: Offer) -> bool:
        """Whether it works for this offer."""
        if not self.is_for_some:
            return True
        return bool(
            PromoCodeOffer.select()
            .where(PromoCodeOffer.promo_code == self.id, PromoCodeOffer.offer == offer.id)
            .exists()
        )

    def lock(self) -> None:
        """Lock the row until the transaction ends (PostgreSQL), and read it again. SQLite has locked the database."""
        PromoCode.update(is_active=PromoCode.is_active).where(PromoCode.id == self.id).execute()
        self.__data__.update(PromoCode.get_by_id(self.id).__data__)

    def offer_ids(self) -> list[int]:
        """The offers that it works for if it `is_for_some`."""
        rows = PromoCodeOffer.select(PromoCodeOffer.offer).where(PromoCodeOffer.promo_code == self.id).tuples()
        return [offer_id for (offer_id,) in cast(Iterable[tuple[int]], rows)]


class PromoCodeOffer(Record):
    """An offer that a promo code works for."""

    promo_code = ForeignKeyField(PromoCode, on_delete="CASCADE")
    offer = ForeignKeyField(Offer, on_delete="CASCADE")

    class Meta:
        indexes = ((("promo_code", "offer"), True),)


class CodeGuess(Record):
    """Somebody has typed a code that does not exist. `network` is a `subscriber_network`."""

    network = CharField(max_length=64)
    at = UtcDateTimeField(default=now, index=True)

    class Meta:
        indexes = ((("network", "at"), False),)

    @classmethod
    def count_from(cls, network: str, window: timedelta, most: int) -> int:
        """How many there were from a network within `window`; counting stops at `most`."""
        recent = cls.select(cls.id).where(cls.network == network, is_recent(cls.at, window)).limit(most)
        return int(recent.count())

    @classmethod
    def delete_old(cls, most: int, before: datetime) -> int:
        """Delete at most so many rows of before a time. Return how many were deleted."""
        old = cls.select(cls.id).where(cls.at < before).limit(most)
        return int(cls.delete().where(cls.id.in_(old)).execute())


def normal_code(typed: str) -> str:
    """The code as it is stored: in upper case and without the spaces around it."""
    return unicodedata.normalize("NFKC", typed).strip().upper()


def is_code(code: str) -> bool:
    """Whether it can be a code: letters and digits of any script, with hyphens and underscores between them."""
    return bool(_CODE.fullmatch(code))


def uses_by_code(code_ids: Iterable[int]) -> dict[int, dict[str, int]]:
    """{id of a code: {order status: number of orders}}, for several codes in one small query."""
    query = Counter.select(Counter.subject, Counter.status, fn.SUM(Counter.number))
    query = query.where(Counter.kind == CounterKind.PROMO_CODES, Counter.subject.in_(list(code_ids)))
    found: dict[int, dict[str, int]] = {}
    rows = cast(Iterable[tuple[int, str, Any]], query.group_by(Counter.subject, Counter.status).tuples())
    for code_id, status, number in rows:
        found.setdefault(int(code_id), {})[status] = int(number)
    return found


# SQL: whether a customer of the offer "o" could have a promo code. Never NULL.
TAKES_CODES = (
    f'(EXISTS (SELECT 1 FROM "{PromoCode._meta.table_name}" c WHERE c.is_active AND NOT c.is_for_some)'  # noqa: S608
    f' OR EXISTS (SELECT 1 FROM "{PromoCodeOffer._meta.table_name}" l'
    f' JOIN "{PromoCode._meta.table_name}" c ON c.id = l.promo_code_id WHERE l.offer_id = o.id AND c.is_active))'
)
