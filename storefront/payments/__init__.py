"""Payments of orders: checkout, settlement, expiry, refunds, disputes, and limits on declines.

`start_checkout` and `resume_checkout` open a payment; `refresh` and `settle` bring it to the state of its intent at
Stripe. All amounts are in minor units.
"""

from storefront.payments.abandoned_orders import delete_abandoned_orders
from storefront.payments.balance import (
    BalanceSums,
    MonthOfMerchant,
    OrderBalance,
    balance_of_order,
    balance_sums,
    due_merchants,
    read_balance,
)
from storefront.payments.checkout import StartedCheckout, resume_checkout, start_checkout
from storefront.payments.checkout_limits import delete_old_presses
from storefront.payments.closing import close_open_payments, open_payments
from storefront.payments.decline_limits import (
    delete_old_declines,
    record_decline,
    require_payment_allowed,
    require_retry_allowed,
    subscription_reached_limit,
)
from storefront.payments.decline_report import CLOSED_ORDERS_PERIOD, recently_reached_limits
from storefront.payments.disputes import sync_disputes
from storefront.payments.documents import (
    HeldSeries,
    can_correct,
    confirm_numbers,
    correct_invoice,
    decide_numbers,
    held_series,
    hold_numbers,
    invoice_renewal,
    undecided,
)
from storefront.payments.failover import retire_moved
from storefront.payments.lost_payments import (
    FoundAtStripe,
    Outcome,
    create_found_order,
    list_unrecorded,
    raise_order_number,
    record,
)
from storefront.payments.order_details import CheckoutRequest, NotRestorable
from storefront.payments.order_expiry import expire_order, overdue_orders
from storefront.payments.outside import (
    MarkingObstacle,
    MarkingRefused,
    ReceivedPayment,
    can_mark_refunded,
    mark_paid,
    mark_refunded,
    mark_request_paid,
    marking_obstacle,
)
from storefront.payments.paid_orders import deliver_again, record_payment_outside
from storefront.payments.refund_balance import refundable, refundable_lines, refunded_amount, refunded_by_order
from storefront.payments.refund_checks import (
    MAX_INTERVAL,
    check_interval,
    check_refunds,
    due_refund_checks,
    pending_refund_checks,
    plan_checks_of_changes,
)
from storefront.payments.refunds import REFUND_REASONS, request_refund, send_refund, sync_refunds, unsent_refunds
from storefront.payments.renewal_prices import Rhythm, use_renewal_price
from storefront.payments.requests import (
    RequestFields,
    cancel_request,
    create_request,
    due_reminders,
    expire_requests,
    remind,
    repeat_request,
    send_reminder,
    start_request,
)
from storefront.payments.restore_mark import (
    begin_search,
    finish_search,
    is_search_unfinished,
    mark_restored,
    restored_since,
    search_start,
)
from storefront.payments.settlement import (
    AUTHENTICATION_FAILURE_CODES,
    close_payment,
    needs_refresh,
    refresh,
    refresh_order,
    settle,
)
from storefront.payments.takings import (
    DAYS,
    TAKINGS_KINDS,
    DayTakings,
    Period,
    Takings,
    recent_days,
    recent_takings,
    takings_by_period,
)

__all__ = [
    "AUTHENTICATION_FAILURE_CODES",
    "CLOSED_ORDERS_PERIOD",
    "DAYS",
    "MAX_INTERVAL",
    "REFUND_REASONS",
    "TAKINGS_KINDS",
    "BalanceSums",
    "CheckoutRequest",
    "DayTakings",
    "FoundAtStripe",
    "HeldSeries",
    "MarkingObstacle",
    "MarkingRefused",
    "MonthOfMerchant",
    "NotRestorable",
    "OrderBalance",
    "Outcome",
    "Period",
    "ReceivedPayment",
    "RequestFields",
    "Rhythm",
    "StartedCheckout",
    "Takings",
    "balance_of_order",
    "balance_sums",
    "begin_search",
    "can_correct",
    "can_mark_refunded",
    "cancel_request",
    "check_interval",
    "check_refunds",
    "close_open_payments",
    "close_payment",
    "confirm_numbers",
    "correct_invoice",
    "create_found_order",
    "create_request",
    "decide_numbers",
    "delete_abandoned_orders",
    "delete_old_declines",
    "delete_old_presses",
    "deliver_again",
    "due_merchants",
    "due_refund_checks",
    "due_reminders",
    "expire_order",
    "expire_requests",
    "finish_search",
    "held_series",
    "hold_numbers",
    "invoice_renewal",
    "is_search_unfinished",
    "list_unrecorded",
    "mark_paid",
    "mark_refunded",
    "mark_request_paid",
    "mark_restored",
    "marking_obstacle",
    "needs_refresh",
    "open_payments",
    "overdue_orders",
    "pending_refund_checks",
    "plan_checks_of_changes",
    "raise_order_number",
    "read_balance",
    "recent_days",
    "recent_takings",
    "recently_reached_limits",
    "record",
    "record_decline",
    "record_payment_outside",
    "refresh",
    "refresh_order",
    "refundable",
    "refundable_lines",
    "refunded_amount",
    "refunded_by_order",
    "remind",
    "repeat_request",
    "request_refund",
    "require_payment_allowed",
    "require_retry_allowed",
    "restored_since",
    "resume_checkout",
    "retire_moved",
    "search_start",
    "send_refund",
    "send_reminder",
    "settle",
    "start_checkout",
    "start_request",
    "subscription_reached_limit",
    "sync_disputes",
    "sync_refunds",
    "takings_by_period",
    "undecided",
    "unsent_refunds",
    "use_renewal_price",
]
