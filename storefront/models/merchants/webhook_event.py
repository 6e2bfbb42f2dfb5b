"""An event that Stripe delivered: a hint that an object changed, kept until it is handled."""

from peewee import CharField, ForeignKeyField, IntegerField

from storefront.models.base import Record, UtcDateTimeField, now
from storefront.models.merchants.merchant import Merchant


class WebhookEvent(Record):
    """Only what is needed to ask Stripe for the object; the buyer's data in the event isn't stored."""

    merchant = ForeignKeyField(Merchant, backref="events", on_delete="CASCADE")
    merchant_id: int
    event_id = CharField()
    type = CharField()
    object_id = CharField(default="")
    intent_id = CharField(default="")  # the payment intent that a charge, refund or dispute belongs to
    payment = CharField(default="")  # our payment's public id, where the object's metadata has one
    subscription = CharField(default="")  # the Stripe subscription that an invoice or schedule belongs to
    attempt = CharField(default="")  # the declined charge a failed attempt tells of
    occurred_at = UtcDateTimeField(null=True)  # at Stripe: how long it was on its way
    received_at = UtcDateTimeField(default=now)
    handled_at = UtcDateTimeField(null=True, index=True)
    attempts = IntegerField(default=0)
    next_attempt_at = UtcDateTimeField(default=now)
    problem = CharField(default="")

    class Meta:
        indexes = ((("merchant", "event_id"), True),)
