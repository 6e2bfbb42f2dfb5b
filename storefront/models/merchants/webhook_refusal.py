"""Refused webhook deliveries, counted by reason, so that the owner can see a wrong secret."""

from peewee import ForeignKeyField

from storefront.models.merchants.delivery_count import DeliveryCount
from storefront.models.merchants.merchant import Merchant


class WebhookRefusal(DeliveryCount):
    """`merchant` is None if no merchant has the address of the delivery.

    `reason`: signature, age, size, content, unknown (no such merchant), unreadable (the signing secret can't be
    decrypted). Earlier versions refused events of the other mode too: mode.
    """

    merchant = ForeignKeyField(Merchant, null=True, backref="refusals", on_delete="CASCADE")

    class Meta:
        indexes = ((("merchant", "reason"), True),)
