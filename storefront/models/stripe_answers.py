"""The order of Stripe's answers: an older answer never overwrites a newer one.

Answers can arrive in another order than they were asked for. So each request whose answer is stored gets a number from
one counter in the database before it is sent, and each row keeps the number of the request that it was stored from.
No clock is involved: one that is set back or forward does no harm.
"""

from contextlib import nullcontext
from functools import cache
from typing import Final

from peewee import BigIntegerField

from storefront.db import db
from storefront.models.base import Record
from storefront.models.prepared_statement import PreparedStatement

# The number of an answer to a creation. Stripe replays that answer under the same idempotency key: it says how the
# object began, so any other answer is newer.
AT_CREATION: Final = 0


class StripeRequestCounter(Record):
    """One row. `value` is the number of the latest request."""

    value = BigIntegerField(default=0)


def next_request_number() -> int:
    """A number higher than all before. Take it before the request is sent, or when an event arrives."""
    counter = StripeRequestCounter
    # The caller's transaction will do.
    with nullcontext() if db.in_transaction() else db.atomic():
        # The row is locked until the transaction ends, so numbers are unique and ascending.
        if not _INCREMENT.execute():
            counter.insert(id=1, value=0).on_conflict_ignore().execute()
            _INCREMENT.execute()
        return counter.get_by_id(1).value


_INCREMENT = PreparedStatement(
    lambda: StripeRequestCounter.update(value=StripeRequestCounter.value + 1).where(StripeRequestCounter.id == 1),
    is_observed=False,
)


class StripeObject(Record):
    """Base class of the records that follow an object at Stripe."""

    request_number = BigIntegerField(default=AT_CREATION)  # of the request whose answer the row was stored from

    def accept_answer(self, request_number: int) -> bool:
        """Whether an answer may be stored: False if the row was stored from the answer to a later request.

        Remembers the number. Call it first in the transaction that stores the answer.
        """
        return bool(_accept(type(self)).execute(request_number, self.id, request_number))

    def reload(self) -> None:
        """Read the row again. Changes that were not saved are lost."""
        self.__data__ = type(self).get_by_id(self.id).__data__
        self.__rel__.clear()
        self._dirty.clear()  # type: ignore[attr-defined]  # missing in the types of Peewee


@cache
def _accept(model: type[StripeObject]) -> PreparedStatement:
    return PreparedStatement(
        lambda new, row_id, number: model.update(request_number=new).where(
            model.id == row_id, model.request_number <= number
        ),
        is_observed=False,
    )
