"""Who wants no more emails about a topic. Receipts and what the law asks for have no topic: they are always sent."""

from enum import StrEnum

from peewee import CharField

from storefront.models.base import Record, UtcDateTimeField, now


class EmailTopic(StrEnum):
    """What one unsubscribes from. The values are stored in rows and links and never change."""

    REMINDERS = "reminders"  # of payments that a customer has not finished
    WAITING_LIST = "waiting_list"
    UPDATES = "updates"  # what the seller writes to those who bought


class EmailOptOut(Record):
    """`address` is in lower case and wants no more emails of `topic`, whatever order they are about."""

    address = CharField()
    topic = CharField(max_length=40)
    at = UtcDateTimeField(default=now)

    class Meta:
        table_name = "email_opt_out"
        indexes = ((("address", "topic"), True),)

    @classmethod
    def has(cls, address: str, topic: str) -> bool:
        """Whether this address wants no emails of the topic."""
        return cls.select().where(cls.address == address.strip().lower(), cls.topic == topic).exists()

    @classmethod
    def add(cls, address: str, topic: str) -> None:
        """Safe to repeat."""
        cls.insert_unless_exists(address=address.strip().lower(), topic=topic)

    @classmethod
    def remove(cls, address: str, topic: str) -> None:
        """The address wants these emails again."""
        cls.delete().where(cls.address == address.strip().lower(), cls.topic == topic).execute()
