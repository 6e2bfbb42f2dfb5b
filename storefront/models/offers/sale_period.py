"""Between which moments an offer is for sale."""

import enum
from datetime import datetime

from storefront.models.base import Record, UtcDateTimeField


class SaleState(enum.StrEnum):
    """Where a moment is in the period in which an offer is for sale."""

    BEFORE = "before"
    NOW = "now"
    AFTER = "after"


class SalePeriod(Record):
    """None: without a beginning, or without an end. At `on_sale_until` the sale is over."""

    on_sale_from = UtcDateTimeField(null=True)
    on_sale_until = UtcDateTimeField(null=True)

    def sale_state(self, at: datetime) -> SaleState:
        """Whether it is for sale at this moment."""
        if self.on_sale_until is not None and at >= self.on_sale_until:
            return SaleState.AFTER
        return SaleState.BEFORE if self.on_sale_from is not None and at < self.on_sale_from else SaleState.NOW
