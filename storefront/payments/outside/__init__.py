"""Orders that are paid outside of Stripe: by bank transfer, in cash or otherwise."""

from storefront.payments.outside.marking import (
    MarkingObstacle,
    MarkingRefused,
    ReceivedPayment,
    mark_paid,
    marking_obstacle,
)
from storefront.payments.outside.refunding import can_mark_refunded, mark_refunded
from storefront.payments.outside.requests import mark_request_paid

__all__ = [
    "MarkingObstacle",
    "MarkingRefused",
    "ReceivedPayment",
    "can_mark_refunded",
    "mark_paid",
    "mark_refunded",
    "mark_request_paid",
    "marking_obstacle",
]
