"""Payment requests: made, paid, reminded of, canceled, expired."""

from storefront.payments.requests.creation import RequestFields, create_request, repeat_request
from storefront.payments.requests.paying import order_paid_outside, start_request
from storefront.payments.requests.upkeep import (
    cancel_request,
    due_reminders,
    expire_requests,
    remind,
    send_reminder,
)

__all__ = [
    "RequestFields",
    "cancel_request",
    "create_request",
    "due_reminders",
    "expire_requests",
    "order_paid_outside",
    "remind",
    "repeat_request",
    "send_reminder",
    "start_request",
]
