"""Where an order is posted to, and what was sent."""

import json
from collections.abc import Mapping

from peewee import CharField, TextField

from storefront.models.base import UtcDateTimeField
from storefront.models.orders.buyer_company import BuyerCompany
from storefront.models.shipping.carriers import CARRIERS, tracking_page
from storefront.models.shipping.postal_address import address_lines

ADDRESS_PARTS = ("line1", "line2", "city", "region", "postal_code")


class Shipment(BuyerCompany):
    """`shipping_address` is JSON with those of ADDRESS_PARTS that were typed; "" for an order that is not posted. Its
    country is `country`.

    `tracking_number` is the carrier's, or the address of a page where the parcel can be followed. `tracking_carrier` is
    a code of CARRIERS, "" for none.
    """

    shipping_address = TextField(default="")
    sent_at = UtcDateTimeField(null=True)
    tracking_carrier = CharField(max_length=20, default="")
    tracking_number = CharField(max_length=500, default="")

    @property
    def is_posted(self) -> bool:
        """Whether it is posted to an address."""
        return bool(self.shipping_address)

    @property
    def address_parts(self) -> dict[str, str]:
        """{part: text} of the address, in the order of ADDRESS_PARTS."""
        found = json.loads(self.shipping_address) if self.shipping_address else {}
        return {name: str(found[name]) for name in ADDRESS_PARTS if found.get(name)}

    @property
    def address_lines(self) -> list[str]:
        """The address as it is written on a parcel, below the name and above the country."""
        return address_lines(self.address_parts, self.country)

    @property
    def tracking_link(self) -> str:
        """The page where the parcel can be followed, always https; "" for none."""
        return tracking_page(self.tracking_carrier, self.tracking_number)

    @property
    def tracking_text(self) -> str:
        """Carrier and number, as far as they are known."""
        carrier = CARRIERS[self.tracking_carrier][0] if self.tracking_carrier in CARRIERS else ""
        return " ".join(filter(None, (carrier, self.tracking_number)))


def shipping_column(parts: Mapping[str, str]) -> dict[str, str]:
    """The column of an order for the typed parts of an address."""
    kept = {name: parts[name] for name in ADDRESS_PARTS if parts.get(name)}
    return {"shipping_address": json.dumps(kept, ensure_ascii=False) if kept else ""}
