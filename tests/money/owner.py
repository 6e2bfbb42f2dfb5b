"""What Olena does with her shop's subscriptions, by the verbs that her pages press."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial

from storefront.errors import FieldErrors, StripeError
from storefront.models import Invoice, Payment, Subscription
from storefront.models.base import now
from storefront.payments import refund_balance as standing
from storefront.payments import refunds
from storefront.subscriptions import actions as subscription_changes
from storefront.subscriptions import dunning as renewal_letters
from storefront.subscriptions import price_change as price_changes

ACTIONS: dict[str, Callable[[Subscription], object]] = {
    "cancels": lambda it: subscription_changes.cancel(it, at_once=False, by="owner"),
    "cancels now": lambda it: subscription_changes.cancel(it, at_once=True, by="owner"),
    "keeps it": lambda it: subscription_changes.keep(it, by="owner"),
    "pauses": lambda it: subscription_changes.pause(it, None),
    "pauses for days": lambda it: subscription_changes.pause(it, now() + timedelta(days=3)),
    "resumes": subscription_changes.resume,
    "extends the trial": lambda it: subscription_changes.extend_trial(it, now() + timedelta(days=10)),
    "raises the price": lambda it: price_changes.announce([it], 2499),
    "lowers the price": lambda it: price_changes.announce([it], 1999),
    "writes again": lambda it: [renewal_letters.send_again(one) for one in Invoice.of(it)],
}


def does(what: str, subscription: Subscription) -> None:
    """One of ACTIONS."""
    _quietly(partial(ACTIONS[what], subscription))


def changes_all_prices(amount: int) -> None:
    """For all that run."""
    _quietly(lambda: price_changes.announce(list(Subscription.select()), amount))


def refunds_a_period(which: int, part: int) -> None:
    """One of what was paid, the newest first, or so much less of it; the order's own payment or a renewal's."""
    paid = Payment.select().where(Payment.status == "succeeded", Payment.amount > 0).order_by(Payment.id.desc())
    for payment in list(paid)[which : which + 1]:
        order, renewal = payment.order, payment if payment.kind == "renewal" else None
        left = standing.left_to_refund_of(payment) if renewal else standing.left_to_refund(order)
        amount, key = max(1, left // part), f"press-{payment.id}-{len(payment.refunds)}"
        _quietly(partial(refunds.request, order, amount, "requested_by_customer", key, renewal))


def _quietly(action: Callable[[], object]) -> None:
    try:
        action()
    except (FieldErrors, StripeError):
        # Refused in words, or it stands in its table.
        return
