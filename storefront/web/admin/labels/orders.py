"""An order's status with its reason, as the chips of lists show it."""

from flask_babel import gettext as _

from storefront.models import Order, OrderStatus
from storefront.payments import AUTHENTICATION_FAILURE_CODES
from storefront.web.admin.labels.failure_codes import failure_reason
from storefront.web.support import order_status


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
