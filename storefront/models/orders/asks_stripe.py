"""How often page views ask Stripe about an order."""

from datetime import timedelta

from storefront.models.base import CLOCK_TOLERANCE, Record, UtcDateTimeField, now

# Whoever has the address of an order's page may open it again and again.
QUESTION_INTERVAL = timedelta(seconds=3)


class AsksStripe(Record):
    """When a page view last asked Stripe about the order, and when the answer was stored."""

    asked_at = UtcDateTimeField(null=True)
    answered_at = UtcDateTimeField(null=True)

    def claim_question(self) -> bool:
        """Whether this page view may ask Stripe about the order: one in QUESTION_INTERVAL, in all processes."""
        time, model = now(), type(self)
        if self.asked_at is not None and abs(time - self.asked_at) < QUESTION_INTERVAL:
            return False
        # A time in the future was stored while a clock was ahead.
        is_free = (
            model.asked_at.is_null()
            | (model.asked_at <= time - QUESTION_INTERVAL)
            | (model.asked_at > time + CLOCK_TOLERANCE)
        )
        return bool(model.update(asked_at=time).where(model.id == self.id, is_free).execute())

    def record_answer(self) -> None:
        """The answer to the claimed question is stored."""
        model = type(self)
        model.update(answered_at=now()).where(model.id == self.id).execute()

    def is_answer_fresh(self) -> bool:
        """Whether the answer to the latest question is stored."""
        model = type(self)
        row = model.select(model.asked_at, model.answered_at).where(model.id == self.id).get()
        return row.answered_at is not None and (row.asked_at is None or row.answered_at >= row.asked_at)

    def forget_question(self) -> None:
        """The next page view may ask: the customer pays now, or the last answer brought news."""
        model = type(self)
        if self.asked_at is not None:
            model.update(asked_at=None).where(model.id == self.id).execute()
