"""Payments at Stripe that the database does not know, or only in part: it was restored from an older backup.

Stripe's lists begin a little before the backup, not at the shop's first order.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import islice

from storefront import stripe_gateway
from storefront.errors import StripeNotFound
from storefront.models import (
    FoundPayment,
    Merchant,
    Offer,
    Order,
    Payment,
    Subscription,
)
from storefront.money import Money
from storefront.payments import restored_orders, settlement, subscription_start
from storefront.payments.order_details import NotRestorable
from storefront.stripe_gateway import INTENT_MISSING, CheckoutObject, CheckoutPayment

PAGE = 100
PAID_STATUSES = frozenset({"succeeded", "processing"})
NEVER_STARTED = frozenset({"canceled", "incomplete_expired"})


class Outcome(StrEnum):
    """What was done about a payment that was found."""

    RECORDED = "recorded"  # our row had no id of Stripe's yet
    RESTORED = "restored"  # its order was made again
    UNDECIDED = "undecided"  # the owner decides
    NONE = "none"  # nothing was paid and nothing can be


@dataclass(frozen=True)
class FoundAtStripe:
    """A payment that was found, for the report. `number` is the order's, 0 if unknown. `total` is the first charge.

    `before` and `after` are the statuses of its order; "" without one.
    """

    outcome: Outcome
    stripe_id: str
    number: int
    email: str
    total: Money
    livemode: bool
    before: str = ""
    after: str = ""


def list_unrecorded(merchant: Merchant, since: datetime) -> list[CheckoutObject]:
    """Payments of this shop since a time that our rows don't have, or without Stripe's ids; oldest first.

    Objects that name another shop are left out. Those that name none are of an older version. Raises StripeError.
    """
    found = stripe_gateway.iterate_checkout_objects(merchant, since)
    unrecorded = [one for page in _pages(found) for one in _without_row(merchant, page)]
    return sorted(unrecorded, key=lambda one: one.created)


def raise_order_number(found: Iterable[CheckoutObject]) -> None:
    """Give the next order a number above all of these: customers know them."""
    highest = max((one.metadata.order_number for one in found), default=0)
    if highest > Order.FIRST_NUMBER:
        Order.raise_number(highest)


def record(merchant: Merchant, found: CheckoutObject) -> FoundAtStripe:
    """Record the payment: on our row, else with an order that is made again, else on the owner's list.

    Repeating it changes nothing more. Raises StripeError.
    """
    row = Payment.get_or_none(Payment.public_id == found.metadata.payment)
    try:
        payment = stripe_gateway.retrieve_checkout_payment(merchant, found)
    except StripeNotFound as error:
        if row is None or error.code != INTENT_MISSING:
            raise
        # Its first invoice was paid outside of Stripe. The subscription's sync, which needs its id, records that.
        snapshot = stripe_gateway.retrieve_subscription(merchant, found.id)
        subscription_start.store_ids(subscription_start.subscription_of_payment(row), snapshot)
        return FoundAtStripe(Outcome.RECORDED, found.id, row.order.number, found.email, row.total, found.livemode)
    number, before, order = found.metadata.order_number, "", None
    if row is not None and row.intent_id in (None, payment.intent.id):
        order, before = row.order, row.order.status
        _store_answer(row, payment)
        order.reload()
        outcome = Outcome.RECORDED
    elif _is_over(found, payment):
        outcome = Outcome.NONE
    else:
        outcome = Outcome.UNDECIDED
        try:
            if row is not None:
                # Another intent has the same metadata.
                raise NotRestorable
            terms = restored_orders.terms_from_metadata(found, payment)
            order = restored_orders.restore_order(merchant, found, payment, terms)
            outcome = Outcome.RESTORED
        except NotRestorable:
            if payment.intent.status in PAID_STATUSES:
                _leave_to_owner(merchant, found, payment)
            else:
                outcome = Outcome.NONE
    total = Money(payment.intent.amount, payment.intent.currency)
    number, after = (order.number, order.status) if order is not None else (number, "")
    return FoundAtStripe(outcome, found.id, number, found.email, total, found.livemode, before, after)


def create_found_order(found_payment: FoundPayment, offer_id: int, email: str) -> Order:
    """Make the order of a payment that the owner has assigned to an offer. Raises NotRestorable and StripeError."""
    merchant = found_payment.merchant
    found = stripe_gateway.retrieve_checkout_object(merchant, found_payment.stripe_id)
    payment = stripe_gateway.retrieve_checkout_payment(merchant, found)
    offer = Offer.get_by_id(offer_id)
    terms = restored_orders.terms_from_offer(found, payment, offer, email)
    return restored_orders.restore_order(merchant, found, payment, terms)


def _pages(found: Iterator[CheckoutObject]) -> Iterator[list[CheckoutObject]]:
    while page := list(islice(found, PAGE)):
        yield page


def _without_row(merchant: Merchant, page: list[CheckoutObject]) -> Iterator[CheckoutObject]:
    """The objects of a page that our rows don't have; two queries."""
    rows = {
        row.public_id: row
        for row in Payment.select(Payment.public_id, Payment.merchant, Payment.intent_id).where(
            Payment.public_id.in_([one.metadata.payment for one in page])
        )
    }
    decided = {
        row.stripe_id
        for row in FoundPayment.select(FoundPayment.stripe_id).where(
            FoundPayment.stripe_id.in_([one.id for one in page]), FoundPayment.decided_at.is_null(False)
        )
    }
    subscriptions = {
        row.subscription_id
        for row in Subscription.select(Subscription.subscription_id).where(
            Subscription.subscription_id.in_([one.id for one in page])
        )
    }
    for one in page:
        row = rows.get(one.metadata.payment)
        if one.id in decided or (one.metadata.shop and not restored_orders.names_this_shop(one)):
            continue
        if row is not None and row.merchant_id != merchant.id:
            continue
        if row is None or not row.intent_id or one.id not in (row.intent_id, *subscriptions):
            yield one


def _store_answer(row: Payment, payment: CheckoutPayment) -> None:
    """Store what Stripe answered when it created the payment, and settle it."""
    if payment.subscription is not None:
        subscription_start.store_ids(subscription_start.subscription_of_payment(row), payment.subscription)
    Payment.update(intent_id=payment.intent.id).where(Payment.id == row.id, Payment.intent_id.is_null()).execute()
    settlement.settle(Payment.get_by_id(row.id), payment.intent)


def _is_over(found: CheckoutObject, payment: CheckoutPayment) -> bool:
    """Whether nothing was paid and nothing can be paid any more."""
    if payment.intent.status == "succeeded":
        return False
    return payment.intent.status == "canceled" or (found.recurs and found.status in NEVER_STARTED)


def _leave_to_owner(merchant: Merchant, found: CheckoutObject, payment: CheckoutPayment) -> None:
    FoundPayment.insert(
        merchant=merchant,
        stripe_id=found.id,
        order_number=found.metadata.order_number,
        amount=payment.intent.amount,
        currency=payment.intent.currency,
        email=found.email[:255],
        title=found.title[:255],
        livemode=found.livemode,
        recurs=found.recurs,
        created_at=found.created,
    ).on_conflict_ignore().execute()
