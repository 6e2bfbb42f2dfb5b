"""The first hour: the steps of a new shop to its first real payment, read from the data."""

from dataclasses import dataclass
from typing import Any

from peewee import Select, fn

from storefront.db import db
from storefront.models import (
    PROFILE,
    SETTLED_STATUSES,
    CounterKind,
    Counts,
    Merchant,
    Offer,
    OfferStatus,
    ShopProfile,
    ShopSetting,
    counts,
)

# The name of the setting with what no other row says.
FIRST_HOUR = "first_hour"


@dataclass(frozen=True)
class FirstHour:
    """The steps. `offer_slug` and `offer_id` are those of the oldest published offer, None if there is none.

    `rehearses`: a simulator plays Stripe for one account. `is_over`: a real payment was made. `is_hidden`: the owner
    does not want to see the steps on the dashboard.
    """

    named: bool = True
    connected: bool = True
    offered: bool = True
    tried: bool = True
    shared: bool = True
    is_over: bool = True
    has_live_merchant: bool = True
    rehearses: bool = False
    is_hidden: bool = False
    offer_id: int | None = None
    offer_slug: str | None = None

    @property
    def done(self) -> int:
        """How many steps are done."""
        return sum((self.named, self.connected, self.offered, self.tried, self.shared, self.is_over))


def first_hour(counted: Counts | None = None) -> FirstHour:
    """Which steps are done. Two queries, none after the first real payment; one more without the counts of ORDERS."""
    counted = counts(CounterKind.ORDERS) if counted is None else counted
    settled = [count for count in counted.of(CounterKind.ORDERS) if count.status in SETTLED_STATUSES]
    if any(count.mode == "live" and count.number for count in settled):
        return FirstHour()
    # In the order of an index.
    published = Offer.select().where(Offer.status == OfferStatus.PUBLISHED)
    published = published.order_by(Offer.created_at, Offer.id).limit(1)
    merchants = Merchant.select(Merchant.id).where(Merchant.disconnected_at.is_null())
    columns: list[Any] = [
        fn.EXISTS(merchants.where(Merchant.api_base.is_null())),
        fn.EXISTS(merchants.where(Merchant.mode == "live")),
        fn.EXISTS(merchants.where(Merchant.mode == "test", Merchant.api_base.is_null(False))),
        published.select(Offer.id),
        published.select(Offer.slug),
    ]
    row: Any = next(iter(Select([], columns).tuples().execute(db.obj)))
    connected, has_live_merchant, rehearses, offer_id, offer_slug = row
    stored = _stored()
    profile = ShopProfile.from_value(stored.get(PROFILE))
    said = stored.get(FIRST_HOUR) or {}
    return FirstHour(
        named=bool(profile.name and profile.country),
        connected=bool(connected),
        offered=offer_id is not None,
        tried=bool(settled),
        shared=bool(said.get("shared")),
        is_over=False,
        has_live_merchant=bool(has_live_merchant),
        rehearses=bool(rehearses),
        is_hidden=bool(said.get("hidden")),
        offer_id=offer_id,
        offer_slug=offer_slug,
    )


def note_first_hour(**said: bool) -> None:
    """Remember that an offer was `shared`, or that the steps are `hidden`, or not any more."""
    value = {**(_stored().get(FIRST_HOUR) or {}), **said}
    ShopSetting.store(FIRST_HOUR, value)


def _stored() -> dict[str, Any]:
    rows = ShopSetting.select().where(ShopSetting.name.in_([PROFILE, FIRST_HOUR]))
    return {row.name: row.value for row in rows}
