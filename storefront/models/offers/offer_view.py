"""How often the pages of offers were opened: numbers by day, without cookies and without anything about a person."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, cast

from peewee import SQL, BigIntegerField, CharField, IntegerField, fn

from storefront.db import db
from storefront.models.base import Record
from storefront.models.counters.counter import Counter, CounterKind
from storefront.models.merchants.merchant import Merchant
from storefront.models.offers.offer import Offer

WHY = "why "


class OfferView(Record):
    """`seen`: how often the offer's page was opened on a day of the shop (YYYY-MM-DD) while its merchant had `mode`."""

    offer_id = IntegerField()
    day = CharField(max_length=10)
    mode = CharField(max_length=4)
    seen = BigIntegerField()

    class Meta:
        indexes = ((("offer_id", "day", "mode"), True),)

    @classmethod
    def add(cls, seen: Mapping[int, int], day: date) -> None:
        """Add {offer's id: number of views}. Offers without a merchant show no page and are left out."""
        with_merchants = Offer.select(Offer.id, Merchant.mode).join(Merchant, on=Offer.merchant)
        offers = with_merchants.where(Offer.id.in_(sorted(seen))).tuples()
        with db.atomic():
            # In one order, so that two processes don't wait for each other.
            for offer_id, mode in sorted(cast(Iterable[tuple[int, str]], offers)):
                row = {"offer_id": offer_id, "day": day.isoformat(), "mode": mode, "seen": seen[offer_id]}
                cls.insert(row).on_conflict(
                    conflict_target=[cls.offer_id, cls.day, cls.mode], update={cls.seen: cls.seen + seen[offer_id]}
                ).execute()


@dataclass
class Funnel:
    """How far customers came, of the orders that began in a month. Each number is of one mode.

    `seen` are views of the page, `started` and `paid` orders. `tried` and `challenged` are payments: an order whose
    terms changed on the way has several. `reasons` are {Stripe's code, or "left": payments that are not paid}.
    """

    mode: str
    seen: int = 0
    started: int = 0
    tried: int = 0
    challenged: int = 0
    paid: int = 0
    reasons: dict[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, offer: Offer, month: date) -> "list[Funnel]":
        """Those of an offer in the month of this day, live mode before test. One query."""
        name = month.isoformat()[:7]
        counted: Any = Counter.select(Counter.mode, Counter.status, fn.SUM(Counter.number)).where(
            Counter.kind == CounterKind.FUNNEL, Counter.subject == offer.id, Counter.day == name
        )
        views = OfferView.select(OfferView.mode, SQL("'seen'"), fn.SUM(OfferView.seen)).where(
            OfferView.offer_id == offer.id, OfferView.day.between(f"{name}-01", f"{name}-31")
        )
        query = counted.group_by(Counter.mode, Counter.status).union_all(views.group_by(OfferView.mode))
        found: dict[str, Funnel] = {}
        for mode, stage, number in cast(Iterable[tuple[str, str, int]], query.tuples()):
            found.setdefault(mode, cls(mode))._set(stage, int(number))
        return [found[mode] for mode in sorted(found) if found[mode].seen or found[mode].started]

    def _set(self, stage: str, number: int) -> None:
        if not stage.startswith(WHY):
            setattr(self, stage, number)
        elif number:
            self.reasons[stage.removeprefix(WHY)] = number

    @property
    def untried(self) -> int:
        """Orders of which no card was tried."""
        return max(self.started - self.tried, 0)
