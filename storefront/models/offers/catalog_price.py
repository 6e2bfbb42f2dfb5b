"""Prices of offers at Stripe: created once for each merchant and amount, never changed."""

from peewee import BigIntegerField, CharField, ForeignKeyField, IntegerField

from storefront.models.base import Record, UtcDateTimeField, now, public_id
from storefront.models.merchants.merchant import Merchant
from storefront.models.offers.offer import Offer


class CatalogPrice(Record):
    """`product_id` and `price_id` are "" until Stripe has created them. `unit_amount` is in minor units.

    `title` is the offer's title when the row was written: a retry must send the same data under the same key.
    """

    public_id = CharField(unique=True, default=public_id)  # part of the idempotency keys
    offer = ForeignKeyField(Offer, on_delete="CASCADE")
    merchant = ForeignKeyField(Merchant, on_delete="RESTRICT")
    offer_id: int
    merchant_id: int
    title = CharField(max_length=200)
    unit_amount = BigIntegerField()
    currency = CharField(max_length=3)
    every = IntegerField()
    interval = CharField(max_length=5)
    product_id = CharField(default="")
    price_id = CharField(default="")
    keys_used_up = IntegerField(default=0)  # idempotency keys that Stripe answered with a 5xx, and would again
    created_at = UtcDateTimeField(default=now)

    class Meta:
        indexes = ((("offer", "merchant", "unit_amount", "currency", "every", "interval"), True),)

    @property
    def product_key(self) -> str:
        """The idempotency key of the product: sending the row again creates no second one."""
        return self._key("product")

    @property
    def price_key(self) -> str:
        """The idempotency key of the price."""
        return self._key("price")

    def _key(self, kind: str) -> str:
        return f"{kind}-{self.public_id}" + (f"-{self.keys_used_up}" if self.keys_used_up else "")
