"""What Stripe says about a payment becomes our state: `settle` is the one place, whoever asked."""

from datetime import timedelta

from storefront import emails, offers, settings, stripe_gateway
from storefront.db import db
from storefront.errors import StripeNotFound, StripeRefused
from storefront.models import (
    FINAL_PAYMENT_STATUSES,
    PAYABLE_STATUSES,
    UNPAID_STATUSES,
    Order,
    Payment,
    Subscription,
    now,
)
from storefront.payments import decline_limits, refunds, subscription_start
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
            intent = retrieve_intent(payment)
        except StripeNotFound:
            record_mismatch(payment.order, payment.intent_id, ["merchant"])
            return
        if settle(payment, intent):
            _stop_card_testing(payment)


def retrieve_intent(payment: Payment) -> Intent:
    """The payment's intent as Stripe has it now. Raises StripeError."""
    if payment.kind == "setup":
        return stripe_gateway.retrieve_setup_intent(payment.merchant, payment.intent_id or "", payment.currency)
    return stripe_gateway.retrieve_payment_intent(payment)


def close_payment(payment: Payment) -> Intent:
    """Cancel the intent, so that its client secret can take no card any more. Raises StripeError.

    When it is too late for that, the intent says what it has become: a success even, that settles like any other news.
    """
    if payment.begins_subscription:
        return subscription_start.close_unpaid_subscription(payment)
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
    exhausted = decline_limits.order_reached_limit(fresh)
    if not exhausted and not decline_limits.address_reached_limit(fresh.order.buyer_address):
        return
    intent = close_payment(fresh)
    settle(fresh, intent)
    if exhausted and intent.status == "canceled":
        fresh.order.transition("failed", "too_many_declines", after=PAYABLE_STATUSES)


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
        record_mismatch(order, intent.id, differing)
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


def record_mismatch(order: Order, intent_id: str, differing: list[str]) -> None:
    """Write down that an intent does not fit and tell the owner: once, however often the same is met.

    "merchant" differs where the account of the merchant's key has no such intent.
    """
    met = {"intent": intent_id, "fields": differing}
    with db.atomic():
        order.lock()
        if any(entry.kind == "mismatch" and entry.detail == met for entry in order.timeline()):
            return
        order.note("mismatch", **met)
        emails.write("owner_mismatch", order, f"mismatch-{order.id}-{intent_id}"[:80])


def end_payment(payment: Payment, reason: str) -> None:
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
    before = Payment.status.not_in(list(FINAL_PAYMENT_STATUSES))
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
        emails.write_unpaid_order_reminder(payment.order, timedelta(minutes=settings.current().letter_after_minutes))
    if changed and intent.status == "canceled":
        end_payment(payment, "canceled")
    payment.status = intent.status if changed else payment.status
    return bool(changed)


def _failed_anew(payment: Payment, intent: Intent) -> None:
    order = payment.order
    order.note("attempt_failed", code=intent.error_code, decline_code=intent.decline_code)
    if intent.error_code not in CHALLENGE_FAILED:
        decline_limits.record_decline(payment, intent.attempt)
    Payment.update(touched_at=now(), next_check_at=now()).where(Payment.id == payment.id).execute()


def _paid(payment: Payment, order: Order, intent: Intent) -> None:
    late = order.status not in PAYABLE_STATUSES
    if order.transition(
        "paid", "paid_late" if late else "paid", after=UNPAID_STATUSES, intent=intent.id, amount=payment.amount
    ):
        emails.drop_unpaid_order_reminder(order)
        _write_letters(payment, order)
        if offers.is_oversold(order.offer):
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
        begun = subscription_start.subscription_of_payment(payment)
        emails.write("trial_started", order, subscription=begun)
        emails.write("owner_trial", order, subscription=begun)
    else:
        emails.write("receipt", order)
        emails.write("owner_sale", order)


def _give_back(payment: Payment, reason: str) -> None:
    """Nothing is kept that serves nobody: the money goes back, the subscription that it began ends."""
    if payment.amount:
        refunds.refund_in_full(payment, reason)
    Subscription.update(unwanted=True).where(Subscription.payment == payment).execute()
