"""Whether the maintained counters are what the rows add up to. The rows are counted here in Python, one by one."""

from collections import Counter as Sums
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from peewee import fn

from storefront import settings
from storefront.models import (
    FIRST_INVOICE,
    BalanceTransaction,
    Counter,
    Deliverable,
    Dispute,
    Document,
    DocumentSeries,
    Email,
    FoundPayment,
    IgnoredDelivery,
    Invoice,
    InvoiceStatus,
    LicenseKey,
    Merchant,
    OpenRenewalRow,
    Order,
    Payment,
    PaymentRequest,
    Refund,
    StripeRefusal,
    Subscription,
    TimelineEntry,
    WebhookEvent,
    WebhookRefusal,
    recent_days_begin,
)

# kind, subject, day, mode, currency, status
Key = tuple[str, int, str, str, str, str]


def counter_differences() -> list[str]:
    """What is wrong, in words; empty if every counter is right to the unit."""
    numbers: Sums[Key] = Sums()
    amounts: Sums[Key] = Sums()
    for key, number, amount in _rows():
        numbers[key] += number
        amounts[key] += amount
    columns = (Counter.kind, Counter.subject, Counter.day, Counter.mode, Counter.currency, Counter.status)
    sums = Counter.select(*columns, fn.SUM(Counter.number), fn.SUM(Counter.amount)).group_by(*columns).tuples()
    counted = {tuple(row[:6]): (int(row[6]), int(row[7])) for row in sums}
    expected = {key: (numbers[key], amounts[key]) for key in numbers}
    return _open_renewal_differences() + [
        f"counter {key}: {counted.get(key, (0, 0))} instead of {expected.get(key, (0, 0))}"  # type: ignore[arg-type, call-overload]
        for key in sorted(counted.keys() | expected.keys())
        if counted.get(key, (0, 0)) != expected.get(key, (0, 0))  # type: ignore[arg-type, call-overload]
    ]


def waiting_numbers() -> Sums[tuple[str, str]]:
    """How many rows wait for the owner: {(kind, status): number}, of both modes. Emails are those of the last days."""
    numbers: Sums[tuple[str, str]] = Sums()
    for (kind, _subject, day, _mode, _currency, status), number, _amount in (
        *_other_rows(),
        *_invoice_rows(),
        *_email_rows(),
    ):
        if not day or day >= recent_days_begin().isoformat():
            numbers[kind, status] += number
    return numbers


def _open_renewal_differences() -> list[str]:
    """What is wrong with the rows of `open_renewal`."""
    expected = {}
    for subscription in Subscription.select(Subscription, Merchant).join(Merchant):
        payable = [one for one in Invoice.all_of(subscription) if one.is_payable]
        if payable:
            expected[subscription.id] = {
                "subscription_id": subscription.id,
                "invoice_id": payable[0].id,
                "order_id": subscription.order_id,
                "merchant_id": subscription.merchant_id,
                "offer_id": subscription.offer_id,
                "needs": payable[0].needs,
                "mode": subscription.mode,
                "status": subscription.status,
                "is_connected": int(subscription.merchant.is_connected),
                "due_at": subscription.period_end or datetime(9999, 12, 31, tzinfo=UTC),
                "amount": sum(one.amount for one in payable),
                "invoices": len(payable),
            }
    stored = {row.subscription_id: row.__data__ for row in OpenRenewalRow.select()}
    return [
        f"open renewal of subscription {key}: {stored.get(key)} instead of {expected.get(key)}"
        for key in sorted(stored.keys() | expected.keys())
        if stored.get(key) != expected.get(key)
    ]


def _local(at: datetime) -> datetime:
    """The moment by the shop's clocks: takings are counted by its days."""
    return at.astimezone(ZoneInfo(settings.time_zone()))


def _key(kind: str, *, subject: int = 0, day: Any = None, mode: str = "", currency: str = "", status: str = "") -> Key:
    return kind, subject, day.date().isoformat() if day else "", mode, currency, status


def _rows() -> Iterator[tuple[Key, int, int]]:
    yield from _order_rows()
    yield from _invoice_rows()
    yield from _refund_rows()
    yield from _email_rows()
    yield from _balance_rows()
    yield from _other_rows()


def _balance_rows() -> Iterator[tuple[Key, int, int]]:
    for row in BalanceTransaction.select(BalanceTransaction, Merchant).join(Merchant):
        key = 0, _local(row.created_at).date().isoformat()[:7], row.merchant.mode, row.currency
        yield ("balance", *key, f"{row.merchant_id} {row.category}"), 1, row.amount
        if row.fee:
            yield ("balance_fees", *key, str(row.merchant_id)), 1, row.fee


def _refund_rows() -> Iterator[tuple[Key, int, int]]:
    for payment in Payment.select(Payment, Merchant).join(Merchant):
        yield _key("payments", mode=payment.merchant.mode, status=payment.status), 1, 0
        for stage in _stages(payment):
            yield _funnel_key(payment.order.offer_id, payment.created_at, payment.merchant.mode, stage), 1, 0
    for refund in Refund.select(Refund, Payment, Merchant).join(Payment).join(Merchant):
        if refund.status not in ("failed", "canceled"):
            day, mode = _local(refund.created_at), refund.payment.merchant.mode
            yield _key("refunds", day=day, mode=mode, currency=refund.currency), 1, refund.amount


def _stages(payment: Payment) -> Iterator[str]:
    """How far the customer came with a payment of a checkout."""
    is_underway = payment.status in ("processing", "succeeded")
    if payment.end_reason == "terms_changed":
        return
    if payment.kind not in ("renewal", "imported") and (
        payment.attempt or payment.challenged or payment.earlier_reason or is_underway
    ):
        yield "tried"
        if payment.challenged:
            yield "challenged"
        if not is_underway:
            own = "left" if payment.attempt or payment.challenged else payment.earlier_reason
            yield f"why {payment.decline_code or payment.error_code or own}"[:40]


def _funnel_key(offer_id: int, at: datetime, mode: str, stage: str) -> Key:
    return "funnel", offer_id, _local(at).date().isoformat()[:7], mode, "", stage


def _email_rows() -> Iterator[tuple[Key, int, int]]:
    for email in Email.select():
        yield _key("emails", status=email.state), 1, 0
        if email.state == "waiting" and email.problem:
            yield _key("failing_emails"), 1, 0
        if email.state == "failed" and email.done_at:
            yield _key("given_up_emails", day=email.done_at), 1, 0


def _other_rows() -> Iterator[tuple[Key, int, int]]:
    for kind, model in (("webhook_refusals", WebhookRefusal), ("ignored_deliveries", IgnoredDelivery)):
        for row in model.select():
            yield _key(kind, status=row.reason), row.count, 0
    for entry in TimelineEntry.select():
        if entry.kind == "too_many_declines":
            yield _key("decline_closings", day=entry.at), 1, 0
    for key in LicenseKey.select():
        state = "free" if key.order_id is None else "held" if key.given_at is None else "given"
        yield _key("license_keys", subject=key.deliverable_id, status=state), 1, 0
    for asked in PaymentRequest.select(PaymentRequest, Merchant).join(Merchant):
        if asked.state == "open":
            yield _key("open_requests", mode=asked.merchant.mode), 1, 0
    totals = {
        "waiting_events": sum(event.handled_at is None for event in WebhookEvent.select()),
        "found_payments": sum(found.decided_at is None for found in FoundPayment.select()),
        "open_withdrawals": sum(
            order.is_withdrawn
            and order.withdrawal_handled_at is None
            and (order.status != "refunded" or order.kind != "one_off")
            for order in Order.select()
        ),
        "low_key_lists": sum(row.told_low_at is not None and row.removed_at is None for row in Deliverable.select()),
        "open_disputes": sum(dispute.needs_response for dispute in Dispute.select()),
        "undecided_documents": sum(document.is_undecided for document in Document.select()),
        "held_series": sum(series.is_held for series in DocumentSeries.select()),
        "stripe_refusals": len(StripeRefusal.select()),
        "lost_endpoints": sum(merchant.endpoint_problem != "" for merchant in Merchant.select()),
        "outages": sum(
            merchant.unavailable_because == "silence" or merchant.outage_told_at is not None
            for merchant in Merchant.select()
        ),
    }
    for kind, number in totals.items():
        yield _key(kind), number, 0


def _order_rows() -> Iterator[tuple[Key, int, int]]:
    for order in Order.select(Order, Merchant).join(Merchant):
        mode, currency = order.merchant.mode, order.currency
        yield _key("orders", mode=mode, status=order.status), 1, 0
        if order.imported_at is None:
            yield _funnel_key(order.offer_id, order.created_at, mode, "started"), 1, 0
        if order.is_settled and order.paid_at and order.imported_at is None:
            yield _funnel_key(order.offer_id, order.created_at, mode, "paid"), 1, 0
        yield _key("stock", subject=order.offer_id, status=order.status), order.quantity, 0
        if order.option_id is not None:
            yield _key("option_stock", subject=order.option_id, status=order.status), order.quantity, 0
        if order.promo_code_id is not None:
            yield _key("promo_codes", subject=order.promo_code_id, status=order.status), 1, 0
        if order.is_settled and order.paid_at and not order.paid_outside:
            day = _local(order.paid_at)
            yield _key("order_takings", day=day, mode=mode, currency=currency), 1, order.amount
            yield _offer_key(order, day, mode, currency), 1, order.amount


def _invoice_rows() -> Iterator[tuple[Key, int, int]]:
    for subscription in Subscription.select(Subscription, Merchant).join(Merchant):
        merchant = subscription.merchant
        yield _key("subscriptions", mode=merchant.mode, status=subscription.status), 1, 0
        if is_charged_again(subscription):
            interval = f"{subscription.every} {subscription.interval}"
            key = _key("subscription_values", mode=merchant.mode, currency=subscription.currency, status=interval)
            yield key, 1, subscription.total.amount
        for invoice in Invoice.all_of(subscription):
            yield from _renewal(invoice, subscription)
        payable = Invoice.newest_payable(subscription)
        if payable is not None and merchant.is_connected:
            yield _key("open_renewals", mode=merchant.mode, status=payable.needs), 1, 0


def is_charged_again(subscription: Subscription) -> bool:
    """Whether it counts as an active subscription with a monthly value."""
    return (
        subscription.status in ("active", "past_due")
        and not subscription.is_plan
        and not (subscription.paused or subscription.unwanted)
        and not (subscription.cancels_at_period_end or subscription.cancel_at)
        and not (subscription.begins_free and not subscription.card_id)
    )


def _offer_key(sold: Order | Subscription, day: datetime, mode: str, currency: str) -> Key:
    return "offer_takings", 0, day.date().isoformat()[:7], mode, currency, str(sold.offer_id)


def _renewal(invoice: Invoice, subscription: Subscription) -> Iterator[tuple[Key, int, int]]:
    if invoice.reason == FIRST_INVOICE:
        return
    mode, currency = subscription.merchant.mode, invoice.currency
    received = invoice.amount_paid if invoice.amount_received is None else invoice.amount_received
    is_paid = invoice.status == InvoiceStatus.PAID
    if is_paid and invoice.paid_at is not None and received > 0:
        day = _local(invoice.paid_at)
        yield _key("renewal_takings", day=day, mode=mode, currency=currency), 1, received
        yield _offer_key(subscription, day, mode, currency), 1, received
    money = received if is_paid else invoice.amount
    if invoice.failed_at is not None and money > 0:
        is_lost = invoice.status in ("void", "uncollectible") or (subscription.is_ended and not invoice.needs)
        outcome = "recovered" if is_paid else "lost" if is_lost else "at_risk"
        yield _key("stopped_renewals", mode=mode, currency=currency, status=outcome), 1, money
