"""An order's status with its reason, as the chips of lists show it, and why its customer has no access."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from storefront.delivery import NoAccess
from storefront.models import Order, OrderStatus
from storefront.payments import AUTHENTICATION_FAILURE_CODES
from storefront.web.admin.labels.failure_codes import failure_reason
from storefront.web.support import order_status

NO_ACCESS: Mapping[str, Any] = {
    NoAccess.UNPAID: _l("No access: the order isn’t paid."),
    NoAccess.REFUNDED: _l("No access: the order was refunded in full."),
    NoAccess.WITHDRAWN: _l("No access: the customer withdrew from the contract."),
    NoAccess.DISPUTE_LOST: _l("No access: the dispute was lost."),
    NoAccess.OVERDUE: _l("No access until the renewal is paid."),
    NoAccess.ENDED: _l("No access: the subscription has ended."),
}


def no_access(reason: str) -> str:
    """Why the customer may not have what the order delivers."""
    return str(NO_ACCESS[reason])


def order_chip(order: Order) -> str:
    """The status, and why a pending order is not paid, by its `last_failure` where the list has read it."""
    failure = getattr(order, "last_failure", None)
    if order.status != OrderStatus.PENDING or not hasattr(order, "last_failure"):
        return order_status(order.status)
    error, _space, decline = (failure or "").partition(" ")
    if error in AUTHENTICATION_FAILURE_CODES:
        reason = _("3D Secure failed")
    elif error or decline:
        reason = failure_reason(decline or error)
    else:
        reason = _("not paid yet")
    return f"{order_status(order.status)} · {reason}"
