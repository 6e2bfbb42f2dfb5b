"""What some orders deliver or have posted to them."""

import json
from datetime import datetime, timedelta
from typing import NamedTuple

from benchmarks.grow.catalog import SoldOffer
from benchmarks.grow.tables import Rows, stamp
from storefront.models import Delivery, OrderStatus, TimelineKind

_PARTS = {"line1": "Musterstraße 7", "city": "Berlin", "postal_code": "10969"}
_ADDRESS, ADDRESS_LINES, COUNTRY = json.dumps(_PARTS, ensure_ascii=False), ("Musterstraße 7", "10969 Berlin"), "DE"
# A parcel leaves after so long; those of the last days are still to be sent.
_PACKED = timedelta(days=2)
_SENT_STATUSES = {OrderStatus.PAID.value, OrderStatus.PARTIALLY_REFUNDED.value}


class Parcel(NamedTuple):
    """Columns of an order."""

    shipping_address: str = ""
    country: str = ""
    sent_at: str | None = None
    tracking_carrier: str = ""
    tracking_number: str = ""


_NONE = Parcel()


class ParcelRows:
    """Makes the rows of deliveries, and the columns and `entries` of what is posted."""

    def __init__(self, now: datetime, entries: Rows) -> None:
        self._now, self._entries = now, entries
        self.deliveries = Rows(Delivery, "order_id items given_at")

    def add(self, order_id: int, offer: SoldOffer, status: str, paid: datetime | None) -> Parcel:
        """Add what an order of the offer gets when it is paid; return its columns."""
        if paid and offer.delivered != "[]":
            self.deliveries.add((order_id, offer.delivered, stamp(paid)))
        return self._parcel(order_id, status, paid) if offer.is_posted else _NONE

    def _parcel(self, order_id: int, status: str, paid: datetime | None) -> Parcel:
        if not paid or status not in _SENT_STATUSES or paid + _PACKED > self._now:
            return Parcel(_ADDRESS, COUNTRY)
        at, number = stamp(paid + _PACKED), f"00340434{order_id:012}"
        self._entries.add((order_id, TimelineKind.SENT.value, f'{{"tracking": "{number}"}}', at))
        return Parcel(_ADDRESS, COUNTRY, at, "dhl", number)
