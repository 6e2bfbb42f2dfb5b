"""Order statuses as text."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l

from storefront.models import OrderStatus

ORDER_STATUSES: Mapping[str, Any] = {
    OrderStatus.PENDING: _l("Pending"),
    OrderStatus.PROCESSING: _l("Processing"),
    OrderStatus.PAID: _l("Paid"),
    OrderStatus.FAILED: _l("Failed"),
    OrderStatus.EXPIRED: _l("Expired"),
    OrderStatus.REFUNDED: _l("Refunded"),
    OrderStatus.PARTIALLY_REFUNDED: _l("Partially refunded"),
    OrderStatus.DISPUTED: _l("Disputed"),
}


def order_status(status: str) -> str:
    """An order's status in the page's language."""
    return str(ORDER_STATUSES.get(status, status))
