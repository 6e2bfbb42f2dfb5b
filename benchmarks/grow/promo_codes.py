"""Rows of promo codes, such as those that are sent to one customer each."""

from datetime import datetime
from typing import NamedTuple

from benchmarks.grow.tables import Rows, stamp
from storefront.models import CodeTiming, PromoCode

# There is a code for one order in so many. Every other one is used by its order.
CODE_EVERY = 20
_OFF_EVERY = 10
# What each takes off.
PERCENT = 15


class UsedCode(NamedTuple):
    """A code of an order."""

    id: int
    code: str


class CodeRows:
    """Makes rows of promo codes."""

    def __init__(self, next_id: int) -> None:
        self._next_id = next_id
        self.rows = Rows(PromoCode, "id code percent applies_to total_uses uses_per_customer is_active created_at")

    def add(self, number: int, created: datetime) -> UsedCode | None:
        """Add a code; `number` is another one for each. Return it if an order uses it."""
        timing = CodeTiming.EVERY if number % 3 == 0 else CodeTiming.FIRST
        made = UsedCode(self._next_id, f"GROWN-{number}")
        self._next_id += 1
        is_active = made.id % _OFF_EVERY != 0
        self.rows.add((*made, PERCENT * 100, timing.value, 1, 1, is_active, stamp(created)))
        return made if made.id % 2 else None
