"""The owner's actions on subscriptions, by the same operations that the admin pages use."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial

from storefront import payments, subscriptions
from storefront.errors import FieldErrors, StripeError
from storefront.models import Invoice, Payment, Subscription, now

ACTIONS: dict[str, Callable[[Subscription], object]] = {
    "cancels": lambda it: subscriptions.cancel(it, immediately=False, by="owner"),
    "cancels now": lambda it: subscriptions.cancel(it, immediately=True, by="owner"),
    "keeps it": lambda it: subscriptions.reactivate(it, by="owner"),
    "pauses": lambda it: subscriptions.pause(it, None),
    "pauses for days": lambda it: subscriptions.pause(it, now() + timedelta(days=3)),
    "resumes": subscriptions.resume,
    "extends the trial": lambda it: subscriptions.extend_trial(it, now() + timedelta(days=10)),
    "raises the price": lambda it: subscriptions.announce_price([it], 2499),
    "lowers the price": lambda it: subscriptions.announce_price([it], 1999),
    "writes again": lambda it: [subscriptions.send_reminder_now(one) for one in Invoice.all_of(it)],
}


def run_action(what: str, subscription: Subscription) -> None:
    """Run one of ACTIONS; errors that the page would show are ignored."""
    _quietly(partial(ACTIONS[what], subscription))


def change_all_prices(amount: int) -> None:
    """Change the price of all subscriptions."""
    _quietly(lambda: subscriptions.announce_price(list(Subscription.select()), amount))


def refund_payment(which: int, part: int) -> None:
    """Refund 1/`part` of the payment at index `which` from the newest."""
    paid = Payment.select().where(Payment.status == "succeeded", Payment.amount > 0).order_by(Payment.id.desc())
    for payment in list(paid)[which : which + 1]:
        order, renewal = payment.order, payment if payment.kind == "renewal" else None
        left = payments.refundable(order, renewal)
        amount, key = max(1, left // part), f"press-{payment.id}-{len(payment.refunds)}"
        _quietly(partial(payments.request_refund, order, amount, "requested_by_customer", key, renewal))


def _quietly(action: Callable[[], object]) -> None:
    try:
        action()
    except (FieldErrors, StripeError):
        # The page would show the refusal, or the worker completes the change.
        return
