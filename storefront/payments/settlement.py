"""What Stripe says about a payment becomes our state: `settle` is the one place, whoever asked."""

from datetime import timedelta

from storefront import settings, stripe_gateway
from storefront.db import db
from storefront.emails import outbox as letters
from storefront.errors import StripeNotFound, StripeRefused
from storefront.models import Order, Payment, Subscription
from storefront.models.base import now
from storefront.models.order import PAYABLE, UNPAID
from storefront.models.payment import FINAL
from storefront.offers import stock
from storefront.payments import decline_limits as limits
from storefront.payments import refunds
from storefront.payments import subscription_start as subscribing
from storefront.stripe_gateway import Intent

# The bank's 3-D Secure check was not passed: the payment has not failed, it waits.
CHALLENGE_FAILED = frozenset(
    {"payment_intent_authentication_failure", "setup_intent_authentication_failure", "authentication_required"}
)


def refresh(payment: Payment) -> None:
    """Ask Stripe for the payment's intent and settle it.

    No transaction is open meanwhile; a payment whose outcome is final asks nothing. Raises StripeError.
    """
    if payment.intent_id and not payment.is_final:
        try:
            intent = retrieve(payment)
        except StripeNotFound:
            refuse(payment.order, payment.intent_id, ["merchant"])
            return
        if settle(payment, intent):
            _stop_card_testing(payment)


def retrieve(payment: Payment) -> Intent:
    """The payment's intent as Stripe has it now. Raises StripeError."""
    if payment.kind == "setup":
        return stripe_gateway.retrieve_setup_intent(payment.merchant, payment.intent_id or "", payment.currency)
    return stripe_gateway.retrieve_payment_intent(payment)


def close(payment: Payment) -> Intent:
    """Cancel the intent, so that its client secret can take no card any more. Raises StripeError.

    When it is too late for that, the intent says what it has become: a success even, that settles like any other news.
    """
    if payment.begins_subscription:
        return subscribing.close(payment)
    try:
        return stripe_gateway.cancel_payment_intent(payment)
    except StripeRefused:
        return stripe_gateway.retrieve_payment_intent(payment)


def _stop_card_testing(payment: Payment) -> None:
    """Cancel the intent of an order or address that has tried too many cards: its client secret is worth nothing then.

    Raises StripeError; what can't be canceled now is met again by the next decline.
    """
    fresh = Payment.get_by_id(payment.id)
    if not fresh.attempt or fresh.is_final:
        return
    exhausted = limits.order_is_exhausted(fresh)
    if not exhausted and not limits.address_is_exhausted(fresh.order.buyer_address):
        return
    intent = close(fresh)
    settle(fresh, intent)
    if exhausted and intent.status == "canceled":
        fresh.order.transition("failed", "too_many_declines", after=PAYABLE)


def refresh_order(order: Order) -> None:
    """Ask Stripe about what the order waits for, unless nothing is left to pay. Raises StripeError."""
    payment = None if order.is_settled else Payment.current(order)
    if payment is not None:
        refresh(payment)
        order.reload()


def settle(payment: Payment, intent: Intent) -> bool:
    """Make our rows say what the intent says. Repeating it, in any order, from anywhere, changes nothing more.

    False for an intent that is not this payment's (id, mode, amount, currency): it is refused.
    """
    order = payment.order
    differing = _differences(payment, intent)
    if differing:
        refuse(order, intent.id, differing)
        return False
    with db.atomic():
        if not _record(payment, intent):
            return True
        if intent.status == "succeeded":
            _paid(payment, order, intent)
        elif intent.status == "processing":
            order.transition("processing", "processing", intent=intent.id)
        else:
            order.transition("pending", "waiting", intent=intent.id)
    return True


def refuse(order: Order, intent_id: str, differing: list[str]) -> None:
    """Write down that an intent does not fit and tell the owner: once, however often the same is met.

    "merchant" differs where the account of the merchant's key has no such intent.
    """
    met = {"intent": intent_id, "fields": differing}
    with db.atomic():
        order.lock()
        if any(entry.kind == "mismatch" and entry.detail == met for entry in order.timeline()):
            return
        order.note("mismatch", **met)
        letters.write("owner_mismatch", order, f"mismatch-{order.id}-{intent_id}"[:80])


def end(payment: Payment, reason: str) -> None:
    """Let this payment serve its order no more; `reason` is a code for the timeline."""
    ended = (
        Payment.update(ended_at=now(), end_reason=reason)
        .where(Payment.id == payment.id, Payment.ended_at.is_null())
        .execute()
    )
    if ended:
        payment.order.note("payment_ended", reason=reason, intent=payment.intent_id)


def _differences(payment: Payment, intent: Intent) -> list[str]:
    """Names of what the intent has otherwise than the payment; a cheap intent must not settle a dear order."""
    pairs = {
        "id": (payment.intent_id, intent.id),
        # What a subscription makes doesn't carry our metadata: its id was read from the subscription itself.
        "payment": (payment.public_id, intent.payment if payment.kind == "payment" else payment.public_id),
        "mode": (payment.merchant.is_live, intent.livemode),
        "amount": (payment.amount, intent.amount_received if intent.status == "succeeded" else intent.amount),
        "currency": (payment.currency, intent.currency),
    }
    return [name for name, (ours, theirs) in pairs.items() if ours != theirs]


def _record(payment: Payment, intent: Intent) -> bool:
    """Store Stripe's words on the payment; False when the row was final already and another has done the rest."""
    before = Payment.status.not_in(list(FINAL))
    failed_anew = bool(intent.attempt) and bool(
        Payment.update(attempt=intent.attempt, error_code=intent.error_code, decline_code=intent.decline_code)
        .where(Payment.id == payment.id, before, Payment.attempt != intent.attempt)
        .execute()
    )
    challenged = payment.challenged or intent.status == "requires_action" or intent.error_code in CHALLENGE_FAILED
    bank_asks = intent.status == "requires_action" and bool(
        Payment.update(touched_at=now())
        .where(Payment.id == payment.id, before, Payment.status != intent.status)
        .execute()
    )
    changed = (
        Payment.update(status=intent.status, challenged=challenged, checked_at=now())
        .where(Payment.id == payment.id, before)
        .execute()
    )
    if changed and failed_anew:
        _failed_anew(payment, intent)
    if changed and (failed_anew or bank_asks):
        # Whoever leaves the bank's check open makes no error that could be seen: that it was begun has to do.
        letters.write_that_payment_waits(payment.order, timedelta(minutes=settings.current().letter_after_minutes))
    if changed and intent.status == "canceled":
        end(payment, "canceled")
    payment.status = intent.status if changed else payment.status
    return bool(changed)


def _failed_anew(payment: Payment, intent: Intent) -> None:
    order = payment.order
    order.note("attempt_failed", code=intent.error_code, decline_code=intent.decline_code)
    if intent.error_code not in CHALLENGE_FAILED:
        limits.record(payment, intent.attempt)
    Payment.update(touched_at=now(), next_check_at=now()).where(Payment.id == payment.id).execute()


def _paid(payment: Payment, order: Order, intent: Intent) -> None:
    late = order.status not in PAYABLE
    if order.transition("paid", "paid_late" if late else "paid", after=UNPAID, intent=intent.id, amount=payment.amount):
        letters.drop_that_payment_waits(order)
        _write_letters(payment, order)
        if stock.is_oversold(order.offer):
            # Somebody else was quicker: this money goes back at once, and that is said.
            order.note("sold_out", intent=intent.id, amount=payment.amount)
            _give_back(payment, "sold_out")
    else:
        # Its money has come before, by another payment of the same order: this one goes back, and that is said.
        order.note("paid_again", intent=intent.id, amount=payment.amount)
        _give_back(payment, "duplicate")
    # Dates and card of what has just begun are worth asking for at once.
    Subscription.update(next_check_at=now()).where(Subscription.payment == payment).execute()


def _write_letters(payment: Payment, order: Order) -> None:
    if payment.kind == "setup":
        begun = subscribing.of(payment)
        letters.write("trial_started", order, subscription=begun)
        letters.write("owner_trial", order, subscription=begun)
    else:
        letters.write("receipt", order)
        letters.write("owner_sale", order)


def _give_back(payment: Payment, reason: str) -> None:
    """Nothing is kept that serves nobody: the money goes back, the subscription that it began ends."""
    if payment.amount:
        refunds.give_back(payment, reason)
    Subscription.update(unwanted=True).where(Subscription.payment == payment).execute()
