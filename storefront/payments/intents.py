"""Intents of orders: created, found again after a lost answer, replaced, canceled.

Our payment row is written first and its id is in the idempotency key, so that the next request can continue after a
crash or a lost answer.
"""

from datetime import timedelta

from peewee import IntegrityError

from storefront import emails, offers, stripe_gateway
from storefront.db import db
from storefront.errors import (
    OfferNotPayable,
    StripeBroken,
    StripeKeyInvalid,
    StripeNotFound,
    StripeRefused,
)
from storefront.models import Merchant, OfferObstacle, Order, Payment, PaymentEnd, PaymentKind, PreparedStatement, now
from storefront.payments import settlement, subscription_start
from storefront.stripe_gateway import IDEMPOTENCY_ERROR, INTENT_MISSING, Intent, is_key_valid

FIRST_CHECK = timedelta(minutes=1)
# `reason` of OfferNotPayable when Stripe does not take Link for a payment.
LINK_REFUSED = "link_refused"

_EXPECT_PAYMENT = PreparedStatement(
    lambda time, check_at, intent, payment: Payment.update(
        touched_at=time, next_check_at=check_at, intent_id=intent
    ).where(Payment.id == payment)
)


def open_intent(order: Order) -> Intent | None:
    """Return an intent that the customer can pay the order with, or None when there is nothing to pay now.

    Raises OfferNotPayable when Stripe refuses to create it, and other StripeErrors.
    """
    try:
        intent = _current_intent(order)
    except OfferNotPayable as error:
        if error.reason != LINK_REFUSED:
            raise
        intent = _current_intent(order)
    if intent.status == "canceled":
        # Canceled outside the shop. Its payment has ended now, so the second call creates another one.
        intent = _current_intent(order)
    return intent if order.is_payable and intent.status != "processing" else None


def retire_payment(payment: Payment, reason: str) -> bool:
    """Cancel a payment's intent, so that nobody can pay it any more, and end the payment; `reason` is a code.

    If the intent has succeeded meanwhile, the order is settled. Returns False, and leaves the payment in use, while the
    bank is still processing it: it may succeed. Raises StripeError.
    """
    # The shop has no keys of a disconnected merchant.
    intent = _intent_to_close(payment) if payment.merchant.is_connected else None
    if intent is not None:
        if intent.status not in settlement.NOT_CANCELED:
            intent = settlement.close_payment(payment)
        with db.atomic():
            # Both or none: a payment that has ended is not looked at again, so its status would never be stored.
            payment.order.lock()
            if intent.status == "canceled":
                # First, with the reason: the intent alone says no more than that it was canceled.
                settlement.end_payment(payment, reason)
            settlement.settle(payment, intent)
        if intent.status == "processing":
            return False
    settlement.end_payment(payment, reason)
    return True


def retire_unanswered(order: Order) -> None:
    """Retire payments that ended without an intent's id: Stripe may have created their intents all the same.

    It does so before it answers 5xx, and a restored row may be older than the answer. Raises StripeError.
    """
    unanswered = (Payment.order == order) & Payment.ended_at.is_null(False) & Payment.intent_id.is_null()
    unanswered &= Payment.end_reason.not_in([PaymentEnd.LOOKED_UP, PaymentEnd.MOVED])
    for payment in list(Payment.select().where(unanswered, Payment.of_checkout())):
        retire_payment(payment, payment.end_reason)
        Payment.update(end_reason=PaymentEnd.LOOKED_UP).where(Payment.id == payment.id).execute()


def _current_intent(order: Order) -> Intent:
    """Retrieve the intent of the order's payment, or create it, and settle it."""
    payment = Payment.current(order) or _new_payment(order)
    if payment.merchant_id != order.merchant_id:
        order.reload()  # a concurrent request has moved it to another merchant
    payment.order = order
    intent = None
    if payment.intent_id or not is_key_valid(payment.created_at):
        intent = _recover_intent(payment)
    if intent is None:
        intent = _create_intent(payment, order)
        payment.intent_id = intent.id
        _expect_payment(payment)
        if payment.has_ended():
            # Ended while Stripe created it, by a disconnection or another request: nobody may pay it.
            intent = settlement.close_payment(payment)
    else:
        _expect_payment(payment)
    if not settlement.settle(payment, intent):
        # Paying this intent would not pay this order. `settle` has emailed the owner.
        raise OfferNotPayable("mismatch")
    return intent


def _expect_payment(payment: Payment) -> None:
    """The customer is about to pay: have the worker check the payment soon. Stores the id of its intent too.

    Raises Payment.DoesNotExist if an older backup was restored meanwhile, which has no such payment.
    """
    if not _EXPECT_PAYMENT.execute(now(), now() + FIRST_CHECK, payment.intent_id, payment.id):
        raise Payment.DoesNotExist  # type: ignore[attr-defined]  # Peewee adds it to each model


def _new_payment(order: Order) -> Payment:
    retire_unanswered(order)
    try:
        with db.atomic():
            # Read the order again under its lock: a concurrent request may have changed its terms.
            order.lock()
            return write_payment(order, Payment.reason_before(order))
    except IntegrityError:
        # A concurrent request has created it: an order has at most one payment that has not ended.
        return Payment.get(Payment.order == order, Payment.ended_at.is_null())


def write_payment(order: Order, earlier_reason: str = "") -> Payment:
    """Write the order's payment, for the intent that Stripe is asked for next. `earlier_reason` is that of Payment.

    Call it in the transaction that has locked the order or created it. Raises OfferNotPayable if its merchant is being
    disconnected, and IntegrityError if the order has a payment.
    """
    if not Merchant.may_begin_payment(order.merchant_id):
        raise OfferNotPayable(OfferObstacle.MERCHANT_DISCONNECTED)
    payment: Payment = Payment.create(
        order=order,
        merchant=order.merchant,
        kind=_kind(order),
        amount=order.amount,
        currency=order.currency,
        statement_descriptor_suffix=offers.usable_suffix(order.offer, order.merchant),
        stripe_metadata=stripe_gateway.checkout_metadata(order),
        takes_link=order.merchant.takes_link,
        earlier_reason=earlier_reason,
    )
    if payment.begins_subscription:
        subscription_start.create_subscription_row(payment, order)
    return payment


def _kind(order: Order) -> PaymentKind:
    if not order.recurs:
        return PaymentKind.ONE_OFF
    return PaymentKind.SETUP if order.begins_free else PaymentKind.FIRST


def _recover_intent(payment: Payment) -> Intent | None:
    """Retrieve the intent by its id. If the answer with the id was lost, search by our metadata and store the id."""
    if payment.intent_id:
        return settlement.retrieve_intent(payment)
    find = (
        subscription_start.recover_started_subscription
        if payment.begins_subscription
        else stripe_gateway.find_payment_intent
    )
    found = find(payment)
    if found is not None:
        _store_intent_id(payment, found)
    return found


def _intent_to_close(payment: Payment) -> Intent | None:
    try:
        return _recover_intent(payment)
    except StripeNotFound as error:
        if error.code == INTENT_MISSING:
            # The subscription exists. Its sync tells whether it is paid.
            raise
        # The merchant's account has no such intent, so it can't be paid either. Email the owner.
        settlement.record_mismatch(payment.order, payment.intent_id or "", ["merchant"])
        return None


def _create_intent(payment: Payment, order: Order) -> Intent:
    try:
        if payment.begins_subscription:
            return subscription_start.start_subscription(payment)
        return stripe_gateway.create_payment_intent(payment, order)
    except StripeBroken:
        # Stripe would replay this 5xx under the same key for a day: the next request needs another payment row.
        settlement.end_payment(payment, "stripe_broken")
        raise
    except StripeKeyInvalid:
        emails.record_refused_key(payment.merchant)
        raise
    except StripeRefused as error:
        # The key was used with other data, so Stripe has the intent, and our row has lost the answer.
        found = _recover_intent(payment) if error.code == IDEMPOTENCY_ERROR else None
        if found is not None:
            return found
        settlement.end_payment(payment, error.code or "refused")
        if payment.takes_link and "payment_method_types" in error.param:
            # The domain is good for Link, but the account or the currency is not. A card pays all the same.
            payment.merchant.forget_link()
            raise OfferNotPayable(LINK_REFUSED) from error
        raise OfferNotPayable(error.code or "refused") from error


def _store_intent_id(payment: Payment, intent: Intent) -> None:
    payment.intent_id = intent.id
    payment.save(only=[Payment.intent_id])
