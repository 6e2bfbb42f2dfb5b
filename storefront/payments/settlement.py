"""Settlement: updates a payment and its order to the state of the intent at Stripe. All of it goes through `settle`."""

from datetime import timedelta

from storefront import emails, settings, stripe_gateway
from storefront.db import db
from storefront.errors import StripeNotFound, StripeRefused
from storefront.models import (
    FINAL_PAYMENT_STATUSES,
    PAYABLE_STATUSES,
    UNPAID_STATUSES,
    EmailKind,
    Order,
    OrderStatus,
    Payment,
    PaymentKind,
    PreparedStatement,
    Subscription,
    TimelineKind,
    now,
)
from storefront.payments import decline_limits, documents, paid_orders, refunds, subscription_start
from storefront.stripe_gateway import Intent

_CHECK_SUBSCRIPTION = PreparedStatement(
    lambda time, payment: Subscription.update(next_check_at=time).where(Subscription.payment == payment)
)
# The customer did not pass 3-D Secure. The payment has not failed: it can be tried again.
AUTHENTICATION_FAILURE_CODES = frozenset(
    {"payment_intent_authentication_failure", "setup_intent_authentication_failure", "authentication_required"}
)
# The shop does not cancel intents with these statuses. Stripe would cancel one whose bank is still processing it.
NOT_CANCELED = FINAL_PAYMENT_STATUSES | {"processing"}


def refresh(payment: Payment) -> None:
    """Retrieve the payment's intent and settle it. Does nothing for a payment in a final status. Raises StripeError.

    Don't call it in a transaction.
    """
    if payment.intent_id and not payment.is_final:
        try:
            intent = retrieve_intent(payment)
        except StripeNotFound:
            record_mismatch(payment.order, payment.intent_id, ["merchant"])
            return
        if settle(payment, intent) and intent.status not in FINAL_PAYMENT_STATUSES:
            _stop_card_testing(payment)


def retrieve_intent(payment: Payment) -> Intent:
    """Retrieve the payment's PaymentIntent or SetupIntent. Raises StripeError."""
    if payment.saves_card:
        return stripe_gateway.retrieve_setup_intent(payment.merchant, payment.intent_id or "", payment.currency)
    return stripe_gateway.retrieve_payment_intent(payment)


def close_payment(payment: Payment) -> Intent:
    """Cancel the intent, so that its client secret becomes useless. Return the intent for the caller to settle.

    If it can't be canceled any more, the returned intent has its actual status, possibly succeeded. Raises StripeError.
    """
    if payment.begins_subscription:
        return subscription_start.close_unpaid_subscription(payment)
    try:
        return stripe_gateway.cancel_payment_intent(payment)
    except StripeRefused:
        return stripe_gateway.retrieve_payment_intent(payment)


def _stop_card_testing(payment: Payment) -> None:
    """Cancel the intent if its order or IP address has reached a limit of declines: its client secret may have leaked.

    Raises StripeError; the next decline tries again.
    """
    current = Payment.get_by_id(payment.id)
    if not current.attempt or current.status in NOT_CANCELED:
        return
    order_at_limit = decline_limits.order_reached_limit(current)
    if not order_at_limit and not decline_limits.is_stopped(current.order):
        return
    intent = close_payment(current)
    settle(current, intent)
    if order_at_limit and intent.status == "canceled":
        current.order.transition(OrderStatus.FAILED, TimelineKind.TOO_MANY_DECLINES, after=PAYABLE_STATUSES)


def needs_refresh(order: Order) -> bool:
    """Whether `refresh_order` would ask Stripe."""
    payment = None if order.is_settled else Payment.current(order)
    return payment is not None and bool(payment.intent_id) and not payment.is_final


def refresh_order(order: Order) -> None:
    """Refresh the order's current payment, unless the order is settled. Raises StripeError."""
    payment = None if order.is_settled else Payment.current(order)
    if payment is not None:
        refresh(payment)
        order.reload()


def settle(payment: Payment, intent: Intent) -> bool:
    """Update the payment and its order to the state of the intent. Safe to repeat, and to call concurrently.

    Returns False, and changes neither, when the intent is not this payment's (id, mode, amount, currency).
    """
    order = payment.order
    differences = _differences(payment, intent)
    if differences:
        record_mismatch(order, intent.id, differences)
        return False
    with db.atomic():
        # First, as everybody else does: whoever holds the order and waits for the payment must not be waited for. And
        # while its email address changes, its sums move from one customer to another.
        order.lock()
        if not _update_payment(payment, intent):
            return True
        if intent.status == "succeeded":
            _mark_paid(payment, order, intent)
        elif intent.status == "processing":
            order.transition(OrderStatus.PROCESSING, TimelineKind.PROCESSING, intent=intent.id)
        elif order.status != OrderStatus.PENDING:
            order.transition(OrderStatus.PENDING, TimelineKind.WAITING, intent=intent.id)
    return True


def record_mismatch(order: Order, intent_id: str, differences: list[str]) -> None:
    """Note that an intent does not match its payment, and email the owner; once for the same intent and differences.

    `differences` are names of fields; "merchant" when the merchant's Stripe account has no such intent.
    """
    detail = {"intent": intent_id, "fields": differences}
    with db.atomic():
        order.lock()
        if any(entry.kind == TimelineKind.MISMATCH and entry.detail == detail for entry in order.timeline()):
            return
        order.note(TimelineKind.MISMATCH, **detail)
        emails.write(EmailKind.OWNER_MISMATCH, order, f"mismatch-{order.id}-{intent_id}"[:80])


def end_payment(payment: Payment, reason: str) -> None:
    """Stop using this payment for its order, which may get another one; `reason` is a code for the timeline."""
    ended = (
        Payment.update(ended_at=now(), end_reason=reason)
        .where(Payment.id == payment.id, Payment.ended_at.is_null())
        .execute()
    )
    if ended:
        payment.order.note(TimelineKind.PAYMENT_ENDED, reason=reason, intent=payment.intent_id)


def _differences(payment: Payment, intent: Intent) -> list[str]:
    """Fields in which the intent differs from the payment: a cheap intent must not settle an expensive order."""
    pairs = {
        "id": (payment.intent_id, intent.id),
        # Stripe copies no metadata to a subscription's intents; their ids were read from the subscription itself.
        "payment": (payment.public_id, intent.payment if payment.kind == PaymentKind.ONE_OFF else payment.public_id),
        "mode": (payment.merchant.is_live, intent.livemode),
        "amount": (payment.amount, intent.amount_received if intent.status == "succeeded" else intent.amount),
        "currency": (payment.currency, intent.currency),
    }
    return [name for name, (ours, theirs) in pairs.items() if ours != theirs]


def _update_payment(payment: Payment, intent: Intent) -> bool:
    """Store the intent's state. Return False when an earlier call has made the payment final, or stored a newer state.

    A final status is true however old the answer is.
    """
    if not payment.accept_answer(intent.request_number) and intent.status not in FINAL_PAYMENT_STATUSES:
        return False
    not_final = Payment.not_final()
    has_new_failure = bool(intent.attempt) and bool(
        Payment.update(attempt=intent.attempt, error_code=intent.error_code, decline_code=intent.decline_code)
        .where(Payment.id == payment.id, not_final, Payment.attempt != intent.attempt)
        .execute()
    )
    challenged = (
        payment.challenged or intent.status == "requires_action" or intent.error_code in AUTHENTICATION_FAILURE_CODES
    )
    has_new_challenge = intent.status == "requires_action" and bool(
        Payment.update(touched_at=now())
        .where(Payment.id == payment.id, not_final, Payment.status != intent.status)
        .execute()
    )
    changed = payment.store_status(intent.status, challenged, intent.card_columns)
    if changed and has_new_failure:
        _record_failed_attempt(payment, intent)
    if changed and (has_new_failure or has_new_challenge):
        # A customer who leaves 3-D Secure open causes no error, so the reminder is queued when 3-D Secure begins.
        emails.write_unpaid_order_reminder(payment.order, timedelta(minutes=settings.current().letter_after_minutes))
    if changed and intent.status == "canceled":
        end_payment(payment, "canceled")
    payment.status = intent.status if changed else payment.status
    return bool(changed)


def _record_failed_attempt(payment: Payment, intent: Intent) -> None:
    order = payment.order
    order.note(TimelineKind.ATTEMPT_FAILED, code=intent.error_code, decline_code=intent.decline_code)
    if intent.error_code not in AUTHENTICATION_FAILURE_CODES:
        decline_limits.record_decline(payment, intent.attempt)
    Payment.update(touched_at=now(), next_check_at=now()).where(Payment.id == payment.id).execute()


def _mark_paid(payment: Payment, order: Order, intent: Intent) -> None:
    if payment.amount:
        # Events about refunds and disputes may have come before the payment was known.
        payment.plan_refunds_check()
    late = order.status not in PAYABLE_STATUSES
    is_first = order.transition(
        OrderStatus.PAID,
        TimelineKind.PAID_LATE if late else TimelineKind.PAID,
        after=UNPAID_STATUSES,
        intent=intent.id,
        amount=payment.amount,
    )
    if is_first:
        emails.drop_unpaid_order_reminder(order)
        _write_emails(payment, order)
        if not paid_orders.serve(order):
            # Another customer paid first and nothing is left: refund this payment.
            order.note(TimelineKind.SOLD_OUT, intent=intent.id, amount=payment.amount)
            _refund_and_cancel(payment, "sold_out")
    else:
        # Another payment of the order has succeeded before: refund this one.
        order.note(TimelineKind.PAID_AGAIN, intent=intent.id, amount=payment.amount)
        _refund_and_cancel(payment, "duplicate")
    # Let the worker fetch the new subscription's dates and card on its next run.
    _CHECK_SUBSCRIPTION.execute(now(), payment.id)
    if is_first:
        documents.invoice_order(order, intent.card_columns, payment.created_at)


def _write_emails(payment: Payment, order: Order) -> None:
    if payment.saves_card and order.has_trial:
        subscription = subscription_start.subscription_of_payment(payment)
        emails.write(EmailKind.TRIAL_STARTED, order, subscription=subscription)
        emails.write(EmailKind.OWNER_TRIAL, order, subscription=subscription)
    else:
        emails.write(EmailKind.RECEIPT, order)
        emails.write(EmailKind.OWNER_SALE, order)


def _refund_and_cancel(payment: Payment, reason: str) -> None:
    """Refund a payment that the order doesn't need, and mark the subscription that it started for cancellation."""
    if payment.amount:
        refunds.refund_in_full(payment, reason)
    Subscription.update(unwanted=True).where(Subscription.payment == payment).execute()
