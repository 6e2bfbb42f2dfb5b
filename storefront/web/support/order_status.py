"""Order statuses as text."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l

ORDER_STATUSES: Mapping[str, Any] = {
    "pending": _l("Pending"),
    "processing": _l("Processing"),
    "paid": _l("Paid"),
    "failed": _l("Failed"),
    "expired": _l("Expired"),
    "refunded": _l("Refunded"),
    "partially_refunded": _l("Partially refunded"),
    "disputed": _l("Disputed"),
}


def order_status(status: str) -> str:
    """An order's status in the page's language."""
    return str(ORDER_STATUSES.get(status, status))
