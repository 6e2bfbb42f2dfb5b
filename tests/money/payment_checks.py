"""Compare payments in the shop with the simulator's ledger; each check returns the differences as text."""

from collections import Counter
from typing import Any

from storefront.models import (
    PAYABLE_STATUSES,
    SETTLED_STATUSES,
    UNSUCCESSFUL_REFUND_STATUSES,
    Dispute,
    Email,
    Order,
    OutsidePayment,
    Payment,
    Refund,
    WebhookEvent,
    now,
)
from storefront.payments import refund_balance, refunded_amount
from tests.money import document_checks

# {payment intent ID: its entry in the simulator's ledger}, see stripe_simulator/ledger.py.
Book = dict[str, dict[str, Any]]


def always(book: Book) -> list[str]:
    """Differences that are wrong at any moment, even while events are not delivered yet."""
    wrong = []
    # A setup intent takes no money and is not in the ledger.
    for payment in Payment.select().where(Payment.status == "succeeded", Payment.kind != "setup"):
        row = book.get(payment.intent_id)
        if row is None or (row["amount_received"], row["currency"]) != (payment.amount, payment.currency.lower()):
            wrong.append(f"payment {payment.id} succeeded in the shop, the ledger has {row}")
    for order in Order.select():
        made = [payment.amount for payment in own(order) if payment.status == "succeeded"]
        # A free order has no payment.
        is_free = not order.amount and not order.recurs
        if order.is_settled and not order.paid_outside and not is_free and order.amount not in made:
            wrong.append(f"order {order.id} is {order.status} at {order.amount}, its payments made are {made}")
        if order.is_settled and order.status != refund_balance.status_after_refunds(order):
            wrong.append(
                f"order {order.id} is {order.status}, its amounts say {refund_balance.status_after_refunds(order)}"
            )
        if not order.is_settled and made:
            wrong.append(f"order {order.id} is {order.status}, and {made} was paid for it")
        wrong += _emails(order)
    return wrong + document_checks.differences()


def own(order: Order) -> list[Payment]:
    """The payments that decide an order's status: all but renewals."""
    return [payment for payment in order.payments if payment.kind != "renewal"]


def _emails(order: Order) -> list[str]:
    """Exactly one receipt per order paid through Stripe or marked as paid, none for others; at most one email per kind
    and subject.
    """
    written = Counter((letter.kind, letter.about) for letter in order.emails)
    wanted = 1 if order.is_settled and (not order.paid_outside or OutsidePayment.of(order) is not None) else 0
    # A trial that starts without a payment has its own email instead.
    first = "trial_started" if order.has_trial and not order.amount else "receipt"
    receipts = sum(count for (kind, _), count in written.items() if kind == first)
    wrong = [] if receipts == wanted else [f"order {order.id} is {order.status} and has {receipts} receipts"]
    return wrong + [f"order {order.id}: {key} was written {count} times" for key, count in written.items() if count > 1]


def after_reconcile(book: Book) -> list[str]:
    """Differences that are wrong after a reconciliation, even without any webhook."""
    wrong = []
    payments = list(Payment.select())
    known = {payment.intent_id: payment for payment in payments if payment.intent_id}
    by_public_id = {payment.public_id: payment for payment in payments}
    for intent, row in book.items():
        # Intents of a subscription have no metadata; the subscription has it.
        names = row["metadata"] or row.get("subscription_metadata", {})
        payment = known.get(intent) or by_public_id.get(names.get("payment", ""))
        if payment is None:
            # A restored database may have lost one that was canceled. Nothing was paid with it, and nothing can be.
            if row["status"] != "canceled":
                wrong.append(f"{intent} belongs to no payment")
        elif row["amount_received"] and (payment.status, payment.intent_id) != ("succeeded", intent):
            wrong.append(
                f"{intent} took {row['amount_received']}, payment {payment.id} is {payment.status or 'unknown'}"
            )
    return wrong + always(book)


def when_idle(book: Book) -> list[str]:
    """Differences that are wrong when all events are delivered and handled."""
    wrong = after_reconcile(book)
    for order in Order.select():
        rows = [book[payment.intent_id] for payment in own(order) if payment.intent_id in book]
        wrong += _compare(order, rows)
    wrong += [
        f"event {event.id} ({event.type}) is waiting: {event.problem}"
        for event in WebhookEvent.select().where(WebhookEvent.handled_at.is_null())
    ]
    wrong += [f"refund {refund.id} is not sent" for refund in Refund.select().where(Refund.status == "")]
    waiting = Email.select().where(Email.state == "waiting", Email.kind != "payment_waits", Email.due_at <= now())
    return wrong + [f"email {letter.id} ({letter.kind}) is waiting" for letter in waiting]


def _compare(order: Order, rows: list[dict[str, Any]]) -> list[str]:
    taken = sum(row["amount_received"] for row in rows)
    back = sum(row["amount_refunded"] for row in rows)
    on_its_way = sum(row["amount_refund_pending"] for row in rows)
    disputed = sum(row["amount_disputed"] for row in rows)
    settled = order.status in SETTLED_STATUSES and not order.paid_outside
    said = order.amount - refunded_amount(order) if settled else 0
    # A second payment whose refund the bank refused; it is shown as a failed refund.
    stuck = sum(
        r.amount for r in order.refunds if r.public_id.startswith("whole-") and r.status in UNSUCCESSFUL_REFUND_STATUSES
    )
    wrong = []
    if taken - back not in (said, said + stuck):
        wrong.append(f"order {order.id} ({order.status}): Stripe has {taken} − {back}, the shop says {said}")
    if (back, on_its_way) != (Refund.sum_of(order, "succeeded"), Refund.sum_of(order, "pending")):
        wrong.append(f"order {order.id}: Stripe gave {back} back, {on_its_way} is on its way; the shop's sums differ")
    if bool(disputed) > Dispute.is_open_or_lost(order):
        wrong.append(f"order {order.id}: {disputed} is disputed, the shop has no dispute")
    if order.status in PAYABLE_STATUSES and order.status != "pending":
        wrong.append(f"order {order.id} is still {order.status}")
    return wrong
