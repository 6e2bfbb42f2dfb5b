"""Everything that is stored about one email address, for its owner to take along: plain values, ready for JSON.

Each record says by name what goes out, so that a column that is added later is nobody's until it is named here.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from peewee import Model, fn

from storefront import emails
from storefront.customers.purchases import orders_of
from storefront.models import (
    Decline,
    Dispute,
    Email,
    EmailRequest,
    Invoice,
    Order,
    Payment,
    Refund,
    Subscription,
    TimelineEntry,
    now,
)

TERMS = "kind every interval trial_days instalments cancellation"
ORDER = f"""token number title quantity unit_amount amount currency {TERMS} status email name language buyer_address
    created_at expires_at paid_at consent consented_at"""
PAYMENT = """kind intent_id amount currency status error_code decline_code challenged statement_descriptor_suffix
    created_at end_reason ended_at"""
SUBSCRIPTION = """public_id subscription_id customer_id status unit_amount quantity currency every interval trial_days
    instalments next_unit_amount period_start period_end trial_end cancel_at cancels_at_period_end canceled_at ended_at
    end_reason paused resumes_at card_brand card_last4 card_exp_month card_exp_year created_at"""
INVOICE = """public_id invoice_id number status reason amount amount_paid currency period_start period_end intent_id
    error_code decline_code needs attempts next_attempt_at failed_at paid_at created_at"""
REFUND = "refund_id amount currency status reason failure created_at"
DISPUTE = "dispute_id amount currency status reason evidence_due_at created_at"
LETTER = "kind recipient language state subject created_at due_at done_at"
DECLINE = "address at"
EVENT = "kind at"


def export_data(email: str) -> dict[str, Any]:
    """{"shop", "email", "made_at", "money", "orders", …}; moments in ISO 8601, UTC."""
    return {
        "shop": emails.shop_host(),
        "email": email,
        "made_at": _plain(now()),
        "money": "amounts are whole numbers of the currency's smallest unit",
        "orders": [_order(order) for order in orders_of(email).order_by(Order.id)],
        "letters_asked_for": _rows(
            EmailRequest.select().where(fn.LOWER(EmailRequest.email) == email.lower()), "address at"
        ),
    }


def _order(order: Order) -> dict[str, Any]:
    payments = list(Payment.select().where(Payment.order == order).order_by(Payment.id))
    subscriptions = Subscription.select().where(Subscription.order == order).order_by(Subscription.id)
    return _row(order, ORDER) | {
        "seller": order.merchant.name,
        "payments": _rows(payments, PAYMENT),
        "subscriptions": [_subscription(subscription) for subscription in subscriptions],
        "refunds": _rows(Refund.select().where(Refund.order == order).order_by(Refund.id), REFUND),
        "disputes": _rows(Dispute.select().where(Dispute.order == order).order_by(Dispute.id), DISPUTE),
        "declined_attempts": _rows(Decline.select().where(Decline.payment.in_(payments)), DECLINE),
        # What went to the owner of the shop is about this buyer, but not theirs.
        "letters": _rows(Email.select().where(Email.order == order, Email.recipient != "").order_by(Email.id), LETTER),
        "events": _rows(TimelineEntry.select().where(TimelineEntry.order == order).order_by(TimelineEntry.id), EVENT),
    }


def _subscription(subscription: Subscription) -> dict[str, Any]:
    invoices = Invoice.select().where(Invoice.subscription == subscription).order_by(Invoice.created_at, Invoice.id)
    return _row(subscription, SUBSCRIPTION) | {"invoices": _rows(invoices, INVOICE)}


def _rows(records: Iterable[Model], names: str) -> list[dict[str, Any]]:
    return [_row(record, names) for record in records]


def _row(record: Model, names: str) -> dict[str, Any]:
    return {name: _plain(getattr(record, name)) for name in names.split()}


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, datetime) else value
