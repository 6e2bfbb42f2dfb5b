"""Compares customers' rows with the orders, payments, refunds and subscriptions that they are computed from."""

from collections import Counter

from storefront.models import Customer, CustomerTotal, Merchant, Order, Payment, Refund, Subscription


def customer_differences() -> list[str]:
    """How `customer` and `customer_total` differ from the source rows; empty if they don't."""
    orders = list(Order.select().order_by(Order.id))
    owner = {order.id: order.email.lower() for order in orders}
    expected: dict[str, tuple[int, int, set[str]]] = {}
    for order in orders:
        _newest, count, names = expected.get(owner[order.id], (0, 0, set()))
        expected[owner[order.id]] = (order.id, count + 1, names | {order.email_folded, order.name_folded})
    stored = {
        customer.email: (customer.newest_order_id, customer.orders, set(customer.search_text.splitlines()))
        for customer in Customer.select()
    }
    for customer in Customer.select():
        for mode in ("live", "test"):
            its = [one.id for one in orders if owner[one.id] == customer.email and one.mode == mode]
            kept = getattr(customer, f"{mode}_orders"), getattr(customer, f"newest_{mode}_id")
            assert kept == (len(its), max(its, default=0)), f"{customer.email}: {kept} in {mode} mode"
    wrong = [
        f"customer {email}: {stored.get(email)} instead of {expected.get(email)}"
        for email in stored.keys() | expected.keys()
        if stored.get(email) != expected.get(email)
    ]
    totals, counted = _stored_totals(), _counted_totals(owner)
    return wrong + [
        f"total {key}: {totals.get(key, 0)} instead of {counted.get(key, 0)}"
        for key in totals.keys() | counted.keys()
        if totals.get(key, 0) != counted.get(key, 0)
    ]


def _stored_totals() -> Counter[tuple[str, ...]]:
    found: Counter[tuple[str, ...]] = Counter()
    for row in CustomerTotal.select():
        assert Customer.by_email(row.email) is not None, f"sums without a customer: {row.email}"
        found[row.email, row.mode, row.currency, "paid"] += row.paid
        found[row.email, row.mode, row.currency, "refunded"] += row.refunded
        found[row.email, row.mode, row.currency, "running"] += row.running
    return found


def _counted_totals(owner: dict[int, str]) -> Counter[tuple[str, ...]]:
    found: Counter[tuple[str, ...]] = Counter()
    for payment in Payment.select(Payment, Merchant).join(Merchant):
        if payment.has_succeeded:
            found[owner[payment.order_id], payment.merchant.mode, payment.currency, "paid"] += payment.amount
    for refund in Refund.select(Refund, Payment, Merchant).join(Payment).join(Merchant):
        if refund.status == "succeeded":
            payment = refund.payment
            key = (owner[payment.order_id], payment.merchant.mode, refund.currency, "refunded")
            found[key] += refund.amount
    joined = Subscription.select(Subscription, Payment, Merchant).join(Payment).switch(Subscription).join(Merchant)
    for subscription in joined:
        if subscription.status in ("active", "past_due", "unpaid", "paused") or (
            subscription.status == "trialing" and subscription.payment.has_succeeded
        ):
            found[owner[subscription.order_id], subscription.merchant.mode, "", "running"] += 1
    return found
