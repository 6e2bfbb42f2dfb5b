"""Everything the shop stores about one email address, as plain values ready for JSON.

Each record lists its exported columns by name: a column added later is exported only once it is listed here.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from peewee import Model

from storefront.customers.purchases import orders_of
from storefront.models import (
    TAX_COLUMNS,
    AccountLink,
    CancellationStatement,
    CheckoutPress,
    Customer,
    CustomerTotal,
    Decline,
    Delivery,
    Dispute,
    Download,
    Email,
    EmailChange,
    EmailRequest,
    Invoice,
    LicenseKey,
    Order,
    OrderAnswer,
    OrderLine,
    Payment,
    PlanSwitch,
    Refund,
    ShopProfile,
    Subscription,
    TimelineEntry,
    TimelineKind,
    now,
)
from storefront.runtime import current

TERM_COLUMNS = "kind every interval trial_days instalments cancellation"
ORDER_COLUMNS = f"""token number title option_label quantity unit_amount code discount amount later_amount currency
    {" ".join(TAX_COLUMNS)}
    {TERM_COLUMNS} status email name country company vat_id shipping_address
    sent_at tracking_carrier tracking_number language buyer_address created_at expires_at paid_at
    imported_at paid_outside consent consented_at terms_consent terms_consent_language terms_consented_at
    withdrawal_days no_withdrawal_reason withdrawn_at withdrawal_reason arrival"""
LINE_COLUMNS = "kind title unit_amount quantity recurs discount later_discount tax_rate tax later_tax"
PAYMENT_COLUMNS = """kind intent_id amount currency status error_code decline_code challenged card_brand card_last4
    statement_descriptor_suffix created_at end_reason ended_at"""
SUBSCRIPTION_COLUMNS = """public_id subscription_id customer_id status unit_amount quantity discount currency every
    interval trial_days instalments next_unit_amount items_total unclear_terms promised_end plan_completed
    period_start period_end trial_end cancel_at cancels_at_period_end canceled_at ended_at end_reason paused resumes_at
    card_brand card_last4 card_exp_month card_exp_year card_removed_at pause_reason
    created_at"""
INVOICE_COLUMNS = """public_id invoice_id number status reason amount amount_paid amount_received currency
    period_start period_end intent_id error_code decline_code needs attempts next_attempt_at failed_at paid_at
    created_at"""
SWITCH_COLUMNS = """state by at_once label_before label title quantity charge currency every interval due prorated_at
    effective_at end_reason created_at ended_at"""
REFUND_COLUMNS = "refund_id amount currency status reason failure created_at"
DISPUTE_COLUMNS = "dispute_id amount currency status reason evidence_due_at created_at"
CANCELLATION_COLUMNS = "order_number wanted reason at handled_at"
EMAIL_COLUMNS = "kind recipient language state subject created_at due_at done_at"
DECLINE_COLUMNS = "address at"
CHECKOUT_PRESS_COLUMNS = "network at"
EMAIL_REQUEST_COLUMNS = "address at"
ACCOUNT_LINK_COLUMNS = "mailed issued_at ended_at"
EMAIL_CHANGE_COLUMNS = "old new confirmed_at undone_at"
DELIVERY_COLUMNS = "given_at"
LICENSE_KEY_COLUMNS = "value given_at"
DOWNLOAD_COLUMNS = "network at"
ANSWER_COLUMNS = "words kind value"
TIMELINE_COLUMNS = "kind at"


def export_data(email: str) -> dict[str, Any]:
    """Return {"shop", "seller", "email", "made_at", "money", "customer", "orders", "letters_asked_for",
    "account_links", "email_changes"}.

    Times are ISO 8601 in UTC.
    """
    profile = ShopProfile.load()
    return {
        "shop": profile.display_name,
        "seller": _seller(profile),
        "email": email,
        "made_at": _plain(now()),
        "money": "amounts are whole numbers of the currency's smallest unit",
        "customer": _customer(email),
        "orders": [_order(order) for order in orders_of(email).order_by(Order.id)],
        "letters_asked_for": _rows(
            EmailRequest.select().where(EmailRequest.email == email.lower()), EMAIL_REQUEST_COLUMNS
        ),
        "account_links": _rows(AccountLink.select().where(AccountLink.email == email.lower()), ACCOUNT_LINK_COLUMNS),
        "email_changes": _rows(EmailChange.select().where(EmailChange.old == email.lower()), EMAIL_CHANGE_COLUMNS),
    }


def _seller(profile: ShopProfile) -> dict[str, str]:
    """Who stores this: address in the web, contact and legal details; only what is set."""
    details = ("contact_email", "contact_phone", "legal_name", "business_address", "country", "tax_number")
    found = {name: getattr(profile, name) for name in details if getattr(profile, name)}
    return {"url": current().config.public_url, **found}


def _customer(email: str) -> dict[str, Any] | None:
    """What the shop has counted for this address; None if it has no orders."""
    customer = Customer.by_email(email)
    if customer is None:
        return None
    sums = CustomerTotal.sums_of(customer)
    return {
        "orders": customer.orders,
        "running_subscriptions": sum(row.running for row in sums),
        "totals": [
            {"mode": row.mode, "currency": row.currency, "paid": row.paid, "refunded": row.refunded}
            for row in sums
            if row.currency
        ],
    }


def _order(order: Order) -> dict[str, Any]:
    payments = list(Payment.select().where(Payment.order == order).order_by(Payment.id))
    subscriptions = Subscription.select().where(Subscription.order == order).order_by(Subscription.id)
    return _row(order, ORDER_COLUMNS) | {
        "seller": order.merchant.name,
        "answers": _rows(OrderAnswer.of(order), ANSWER_COLUMNS),
        "lines": _rows(OrderLine.of_order(order), LINE_COLUMNS),
        "deliveries": _rows(Delivery.select().where(Delivery.order == order), DELIVERY_COLUMNS),
        "license_keys": _rows(
            LicenseKey.select().where(LicenseKey.order == order, LicenseKey.given_at.is_null(False)),
            LICENSE_KEY_COLUMNS,
        ),
        "downloads": _rows(Download.select().where(Download.order == order).order_by(Download.id), DOWNLOAD_COLUMNS),
        "payments": _rows(payments, PAYMENT_COLUMNS),
        "subscriptions": [_subscription(subscription) for subscription in subscriptions],
        "refunds": _rows(Refund.select().where(Refund.order == order).order_by(Refund.id), REFUND_COLUMNS),
        "disputes": _rows(Dispute.select().where(Dispute.order == order).order_by(Dispute.id), DISPUTE_COLUMNS),
        "declined_attempts": _rows(Decline.select().where(Decline.payment.in_(payments)), DECLINE_COLUMNS),
        "checkout_presses": _rows(
            CheckoutPress.select().where(CheckoutPress.order == order).order_by(CheckoutPress.id),
            CHECKOUT_PRESS_COLUMNS,
        ),
        "stated_cancellations": _rows(
            CancellationStatement.select()
            .where(CancellationStatement.order == order)
            .order_by(CancellationStatement.id),
            CANCELLATION_COLUMNS,
        ),
        # Emails to the shop's owner have no recipient. They are not the customer's data.
        "letters": _rows(
            Email.select().where(Email.order == order, Email.recipient != "").order_by(Email.id), EMAIL_COLUMNS
        ),
        "events": _rows(
            TimelineEntry.select()
            .where(TimelineEntry.order == order, TimelineEntry.kind != TimelineKind.NOTE)
            .order_by(TimelineEntry.id),
            TIMELINE_COLUMNS,
        ),
    }


def _subscription(subscription: Subscription) -> dict[str, Any]:
    invoices = Invoice.select().where(Invoice.subscription == subscription).order_by(Invoice.created_at, Invoice.id)
    switches = PlanSwitch.select().where(PlanSwitch.subscription == subscription).order_by(PlanSwitch.id)
    return _row(subscription, SUBSCRIPTION_COLUMNS) | {
        "invoices": _rows(invoices, INVOICE_COLUMNS),
        "plan_switches": _rows(switches, SWITCH_COLUMNS),
    }


def _rows(records: Iterable[Model], columns: str) -> list[dict[str, Any]]:
    return [_row(record, columns) for record in records]


def _row(record: Model, columns: str) -> dict[str, Any]:
    return {name: _plain(getattr(record, name)) for name in columns.split()}


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, datetime) else value
