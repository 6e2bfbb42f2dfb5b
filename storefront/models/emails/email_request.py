"""Requests for an email, counted so that nobody can flood another person's mailbox through this shop."""

from datetime import timedelta

from peewee import CharField

from storefront.models.base import Record, UtcDateTimeField, is_recent, now


class EmailRequest(Record):
    """`email` is the requested recipient, known to the shop or not. `address` is the IP address of the request."""

    WINDOW = timedelta(hours=1)
    PER_EMAIL = 3
    PER_ADDRESS = 20

    email = CharField(index=True)
    address = CharField(max_length=64, index=True)
    at = UtcDateTimeField(default=now, index=True)

    class Meta:
        table_name = "letter_request"

    @classmethod
    def record(cls, email: str, address: str) -> bool:
        """Count a request. Return False if the limit of the last hour is reached.

        Each request is written before the earlier ones are counted, so that concurrent requests can't exceed the limit.
        """
        cls.delete().where(~is_recent(cls.at, cls.WINDOW)).execute()
        request = cls.create(email=email, address=address)
        earlier = cls.select().where(cls.id < request.id)
        by_email = earlier.where(cls.email == email).count()
        by_address = earlier.where(cls.address == address).count()
        allowed = by_email < cls.PER_EMAIL and by_address < cls.PER_ADDRESS
        if not allowed:
            # Refused requests do not extend the hour.
            request.delete_instance()
        return bool(allowed)
