"""What a customer, known by email address, has bought, and what they can do with it on their account page."""

from storefront.customers.announcements import announce_deliverables
from storefront.customers.contract_cancellations import (
    carry_out_cancellation,
    confirm_cancellations,
    state_cancellation,
)
from storefront.customers.data_export import export_data
from storefront.customers.email_change import (
    Move,
    change_email,
    is_confirmed,
    move_orders,
    planned_move,
    request_email_change,
    requested_change,
    undo_email_change,
)
from storefront.customers.erased_rows import has_traces
from storefront.customers.erasure import (
    ErasureObstacle,
    ErasureRefused,
    delete_stripe_customer,
    erase_customer,
    erasure_obstacles,
)
from storefront.customers.language import set_language
from storefront.customers.login_link import request_login_link, send_login_links
from storefront.customers.notes import add_customer_note, add_order_note, delete_order_note, notes_about
from storefront.customers.payment_links import can_send_payment_link, send_payment_link
from storefront.customers.purchases import deliveries_of, order_of, purchases_of, subscription_of
from storefront.customers.receipts import Receipt, receipt_of, receipts_of
from storefront.customers.waiting_list import join_waiting_list, write_to_waiting
from storefront.customers.withdrawals import (
    MAX_REASON,
    REFUND_PERIOD,
    OpenWithdrawal,
    RefundLeft,
    WithdrawalObstacle,
    WithdrawalRefused,
    mark_withdrawal_handled,
    open_withdrawals,
    request_withdrawal_link,
    withdraw,
    withdrawal_ends_at,
    withdrawal_obstacle,
)

__all__ = [
    "MAX_REASON",
    "REFUND_PERIOD",
    "ErasureObstacle",
    "ErasureRefused",
    "Move",
    "OpenWithdrawal",
    "Receipt",
    "RefundLeft",
    "WithdrawalObstacle",
    "WithdrawalRefused",
    "add_customer_note",
    "add_order_note",
    "announce_deliverables",
    "can_send_payment_link",
    "carry_out_cancellation",
    "change_email",
    "confirm_cancellations",
    "delete_order_note",
    "delete_stripe_customer",
    "deliveries_of",
    "erase_customer",
    "erasure_obstacles",
    "export_data",
    "has_traces",
    "is_confirmed",
    "join_waiting_list",
    "mark_withdrawal_handled",
    "move_orders",
    "notes_about",
    "open_withdrawals",
    "order_of",
    "planned_move",
    "purchases_of",
    "receipt_of",
    "receipts_of",
    "request_email_change",
    "request_login_link",
    "request_withdrawal_link",
    "requested_change",
    "send_login_links",
    "send_payment_link",
    "set_language",
    "state_cancellation",
    "subscription_of",
    "undo_email_change",
    "withdraw",
    "withdrawal_ends_at",
    "withdrawal_obstacle",
    "write_to_waiting",
]
