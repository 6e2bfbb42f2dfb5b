"""Imports of subscriptions that a Stripe account has from outside of the shop."""

from peewee import CharField, ForeignKeyField, IntegerField

from storefront.models.base import Record, UtcDateTimeField, now
from storefront.models.merchants.merchant import Merchant
from storefront.models.offers.offer import Offer


class SubscriptionImport(Record):
    """The import of all subscriptions of a merchant by the worker, one row for each merchant.

    `cursor` is Stripe's ID of the last subscription that was looked at, "" at the beginning. Of the `seen` ones,
    `adopted` were imported and `left_out` can't be; the others were in the shop already. `problem` is why Stripe could
    not be asked the last time: the name of the error's class.
    """

    merchant = ForeignKeyField(Merchant, unique=True, on_delete="CASCADE")
    merchant_id: int
    cursor = CharField(default="")
    seen = IntegerField(default=0)
    adopted = IntegerField(default=0)
    left_out = IntegerField(default=0)
    problem = CharField(max_length=20, default="")
    started_at = UtcDateTimeField(default=now)
    finished_at = UtcDateTimeField(null=True)

    @property
    def is_running(self) -> bool:
        """Whether the worker has more to look at."""
        return self.finished_at is None


class ImportedPrice(Record):
    """The offer that stands for a price at Stripe."""

    merchant = ForeignKeyField(Merchant, on_delete="CASCADE")
    price_id = CharField()
    offer = ForeignKeyField(Offer, on_delete="CASCADE")
    offer_id: int

    class Meta:
        indexes = ((("merchant", "price_id"), True),)
