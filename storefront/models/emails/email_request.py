"""Asking for a letter to some address: counted, so that nobody can fill a stranger's mailbox through this shop."""

from datetime import timedelta

from peewee import CharField

from storefront.models.base import Record, UtcDateTimeField, now


class EmailRequest(Record):
    """`email` is where the letter would go, whether anybody is known there or not; `address` is who asked."""

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
        """Count this one; False when as many were asked for within the hour as may be.

        Each is written before it is counted, so that of several at the same moment no more than the limit pass.
        """
        cls.delete().where(cls.at < now() - cls.WINDOW).execute()
        request = cls.create(email=email, address=address)
        earlier = cls.select().where(cls.id < request.id)
        by_email = earlier.where(cls.email == email).count()
        by_address = earlier.where(cls.address == address).count()
        allowed = by_email < cls.PER_EMAIL and by_address < cls.PER_ADDRESS
        if not allowed:
            # Who goes on asking doesn't put off the end of the hour.
            request.delete_instance()
        return bool(allowed)
