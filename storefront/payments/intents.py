"""An order's intent: made once, met again, replaced when it can serve no more.

Our row comes first and its id is the idempotency key, so a crash or a lost answer is taken up by the next press.
"""

import logging
from datetime import timedelta

from peewee import IntegrityError

from storefront import emails, offers, stripe_gateway
from storefront.db import db
from storefront.errors import (
    OfferNotPayable,
    SecretUnreadable,
    StripeBroken,
    StripeError,
    StripeKeyInvalid,
    StripeNotFound,
    StripePermissionMissing,
    StripeRefused,
)
from storefront.models import FINAL_PAYMENT_STATUSES, Merchant, Order, Payment, now
from storefront.payments import settlement, subscription_start
from storefront.stripe_gateway import IDEMPOTENCY_KEY_LIFETIME, Intent

SOON = timedelta(minutes=1)
log = logging.getLogger(__name__)


def open_intent(order: Order) -> Intent | None:
    """An intent that can take a card for the order's terms; None when nothing is left to pay now.

    Raises OfferNotPayable when Stripe refuses the terms, and StripeError when it can't be asked.
    """
    intent = _current_intent(order)
    if intent.status == "canceled":
        # Canceled at Stripe behind our back: its row has ended now, a new one serves the order.
        intent = _current_intent(order)
    order.reload()
    return intent if order.is_payable and intent.status != "processing" else None


def retire_payment(payment: Payment, reason: str) -> bool:
    """End a payment whose terms are no longer asked: its intent is canceled first, so nobody pays the old price.

    If it has succeeded meanwhile, that settles the order instead. False while its bank is still thinking: what can't
    be canceled may yet be paid, and goes on serving its order. Raises StripeError.
    """
    # A disconnected merchant's keys are gone: nothing can be asked there.
    intent = _intent_to_close(payment) if payment.merchant.is_connected else None
    if intent is not None:
        if intent.status not in FINAL_PAYMENT_STATUSES:
            intent = settlement.close_payment(payment)
        settlement.settle(payment, intent)
        if intent.status == "processing":
            return False
    settlement.end_payment(payment, reason)
    return True


def close_all_of(merchant: Merchant) -> None:
    """Cancel every intent of an account that is about to be disconnected, as far as Stripe can be asked.

    Afterwards nobody could be asked about money that a tab left open has paid there; what was just paid is settled.
    """
    unfinished = Payment.select().where(
        Payment.merchant == merchant, Payment.ended_at.is_null(), Payment.status.not_in(list(FINAL_PAYMENT_STATUSES))
    )
    for payment in unfinished:
        try:
            retire_payment(payment, "disconnected")
        except (StripeError, SecretUnreadable) as error:
            log.warning("payment %s could not be closed: %s", payment.intent_id, type(error).__name__)


def _current_intent(order: Order) -> Intent:
    """The intent of the order's payment as Stripe has it now, made if there is none. Settles what it finds."""
    payment = Payment.current(order) or _new_payment(order)
    intent = None
    if payment.intent_id or now() - payment.created_at > IDEMPOTENCY_KEY_LIFETIME:
        intent = _known_intent(payment)
    if intent is None:
        intent = _create_intent(payment, order)
        _remember(payment, intent)
    # A buyer is at it now: worth asking about within a minute.
    Payment.update(touched_at=now(), next_check_at=now() + SOON).where(Payment.id == payment.id).execute()
    if not settlement.settle(payment, intent):
        # Whoever paid it would pay something else than this order: the owner has been told.
        raise OfferNotPayable("mismatch")
    return intent


def _new_payment(order: Order) -> Payment:
    _retire_unknown(order)
    try:
        with db.atomic():
            # Its terms are those that stand in the row now: another request may have renewed them meanwhile.
            order.lock()
            payment = Payment.create(
                order=order,
                merchant=order.merchant,
                kind=_kind(order),
                amount=order.amount,
                currency=order.currency,
                statement_descriptor_suffix=offers.fitting_suffix(order.offer, order.merchant),
            )
            if payment.begins_subscription:
                subscription_start.create_subscription_row(payment, order)
            return payment
    except IntegrityError:
        # Two requests at once: the other one's row serves both (unique among payments that have not ended).
        return Payment.get(Payment.order == order, Payment.ended_at.is_null())


def _kind(order: Order) -> str:
    if not order.recurs:
        return "payment"
    return "setup" if order.has_trial else "first"


def _retire_unknown(order: Order) -> None:
    """Look up what a 5xx answer may have made, once Stripe answers again."""
    unknown = Payment.select().where(Payment.order == order, Payment.end_reason == "stripe_broken")
    for payment in unknown:
        retire_payment(payment, "stripe_broken")
        Payment.update(end_reason="looked_up").where(Payment.id == payment.id).execute()


def _known_intent(payment: Payment) -> Intent | None:
    """The intent by its id; or found by our metadata, when the answer that told the id was lost."""
    if payment.intent_id:
        return settlement.retrieve_intent(payment)
    find = (
        subscription_start.find_started_subscription
        if payment.begins_subscription
        else stripe_gateway.find_payment_intent
    )
    found = find(payment)
    if found is not None:
        _remember(payment, found)
    return found


def _intent_to_close(payment: Payment) -> Intent | None:
    try:
        return _known_intent(payment)
    except StripeNotFound:
        # There is nothing at this account that could be paid; the owner is told that it isn't there.
        settlement.record_mismatch(payment.order, payment.intent_id or "", ["merchant"])
        return None


def _create_intent(payment: Payment, order: Order) -> Intent:
    try:
        if payment.begins_subscription:
            return subscription_start.start_subscription(payment)
        return stripe_gateway.create_payment_intent(payment, order)
    except StripeBroken:
        # Stripe would replay this 5xx under the same key for a day: the next press needs a new row.
        settlement.end_payment(payment, "stripe_broken")
        raise
    except StripeKeyInvalid:
        emails.record_refused_key(payment.merchant)
        raise
    except StripePermissionMissing:
        Merchant.update(check_problem="permission_missing").where(Merchant.id == payment.merchant_id).execute()
        raise
    except StripeRefused as error:
        settlement.end_payment(payment, error.code or "refused")
        raise OfferNotPayable(error.code or "refused") from error


def _remember(payment: Payment, intent: Intent) -> None:
    payment.intent_id = intent.id
    payment.save(only=[Payment.intent_id])
