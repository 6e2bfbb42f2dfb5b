"""Signed webhook deliveries that are not for the shop, counted by reason."""

from peewee import ForeignKeyField

from storefront.models.merchants.delivery_count import DeliveryCount
from storefront.models.merchants.merchant import Merchant


class IgnoredDelivery(DeliveryCount):
    """`reason`: ping, thin (an event of API v2), type (not handled), mode (test or live), account (another one)."""

    merchant = ForeignKeyField(Merchant, backref="ignored_deliveries", on_delete="CASCADE")

    class Meta:
        indexes = ((("merchant", "reason"), True),)
