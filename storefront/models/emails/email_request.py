"""Requests for an email, counted so that nobody can flood another person's mailbox through this shop."""

from datetime import timedelta

from peewee import BooleanField, CharField, IntegerField

from storefront.models.base import Record, UtcDateTimeField, is_recent, now


class EmailRequest(Record):
    """`email` is the requested recipient, known to the shop or not. `address` is the IP address of the request.

    `wants_link`: the worker has not looked yet whether the recipient is a customer who gets a login link.
    `page` is where that link leads, "" for the account page. With `order_number`, the link for withdrawing from the
    contract of that order is requested instead.
    """

    WINDOW = timedelta(hours=1)
    PER_EMAIL = 3
    PER_ADDRESS = 20
    DAY = timedelta(days=1)
    PER_EMAIL_AND_DAY = 10

    email = CharField(index=True)
    address = CharField(max_length=64, index=True)
    wants_link = BooleanField(default=False, index=True)
    page = CharField(default="")
    order_number = IntegerField(null=True)
    at = UtcDateTimeField(default=now, index=True)

    class Meta:
        table_name = "letter_request"

    @classmethod
    def record(
        cls, email: str, address: str, wants_link: bool = False, page: str = "", order_number: int | None = None
    ) -> bool:
        """Count a request. Return False if a limit of the last hour or day is reached.

        Each request is written before the earlier ones are counted, so that concurrent requests can't exceed the limit.
        """
        cls.delete().where(~is_recent(cls.at, cls.DAY)).execute()
        request = cls.create(email=email, address=address, wants_link=wants_link, page=page, order_number=order_number)
        earlier = cls.select().where(cls.id < request.id)
        of_day = earlier.where(cls.email == email, is_recent(cls.at, cls.DAY)).count()
        in_hour = earlier.where(is_recent(cls.at, cls.WINDOW))
        by_email = in_hour.where(cls.email == email).count()
        by_address = in_hour.where(cls.address == address).count()
        allowed = by_email < cls.PER_EMAIL and by_address < cls.PER_ADDRESS and of_day < cls.PER_EMAIL_AND_DAY
        if not allowed:
            # Refused requests do not extend the hour.
            request.delete_instance()
        return bool(allowed)

    @classmethod
    def delete_old(cls, most: int) -> int:
        """Delete requests that don't count any more, at most `most`. Return how many."""
        old = cls.select(cls.id).where(~is_recent(cls.at, cls.DAY)).limit(most)
        return int(cls.delete().where(cls.id.in_(old)).execute())

    @classmethod
    def waiting(cls) -> list["EmailRequest"]:
        """The oldest requests for a login link that the worker has not looked at, at most 100."""
        return list(cls.select().where(cls.wants_link).order_by(cls.id).limit(100))

    def take(self) -> bool:
        """Whether this worker is the one that looks at it."""
        model = type(self)
        return bool(model.update(wants_link=False).where(model.id == self.id, model.wants_link).execute())
