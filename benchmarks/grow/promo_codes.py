"""Rows of promo codes, such as those that are sent to one customer each."""

from datetime import datetime

from benchmarks.grow.orders import stamp
from benchmarks.grow.tables import Rows
from storefront.models import CodeTiming, PromoCode

# There is a code for one order in so many.
CODE_EVERY = 20
_OFF_EVERY = 10


class CodeRows:
    """Makes rows of promo codes."""

    def __init__(self) -> None:
        self.rows = Rows(PromoCode, "code percent applies_to total_uses uses_per_customer is_active created_at")

    def add(self, number: int, created: datetime) -> None:
        """Add a code; `number` is another one for each."""
        timing = CodeTiming.EVERY if number % 3 == 0 else CodeTiming.FIRST
        is_active = number % _OFF_EVERY != 0
        self.rows.add((f"GROWN-{number}", 1500, timing.value, 1, 1, is_active, stamp(created)))
