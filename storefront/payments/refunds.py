"""Refunds: requested in the shop, sent to Stripe, and synced from Stripe."""

from peewee import ModelSelect

from storefront import emails, integrations, stripe_gateway
from storefront.db import db
from storefront.errors import FieldErrors, StripeBroken, StripeRefused
from storefront.isolation import Run
from storefront.models import (
    UNFINISHED_REFUND_STATUSES,
    UNSUCCESSFUL_REFUND_STATUSES,
    EmailKind,
    EventType,
    Merchant,
    Order,
    Payment,
    Refund,
    TimelineKind,
    now,
)
from storefront.payments import documents, refund_balance
from storefront.stripe_gateway import RefundSnapshot

REFUND_REASONS = ("requested_by_customer", "duplicate", "fraudulent")
# By Stripe's status of a refund: docs.stripe.com/api/refunds/object#refund_object-status
TIMELINE_KINDS = {
    "pending": TimelineKind.REFUND_PENDING,
    "requires_action": TimelineKind.REFUND_REQUIRES_ACTION,
    "succeeded": TimelineKind.REFUND_SUCCEEDED,
    "failed": TimelineKind.REFUND_FAILED,
    "canceled": TimelineKind.REFUND_CANCELED,
}


def request_refund(
    order: Order, amount: int, reason: str, key: str, renewal: Payment | None = None, line: int | None = None
) -> Refund:
    """Refund `amount` (minor units) of a paid order; with `renewal`, of that renewal payment instead.

    `key` identifies one submission of the form: the same key never makes a second refund. `line` is the position of
    the order's line that it is of.

    Raises FieldErrors for the field `amount`: refund_too_small, refund_disputed, refund_too_large (detail `left` in
    minor units), refund_above_line (likewise), refund_refused (detail `words`: Stripe's message). Raises StripeError
    when Stripe gives no answer: the row is kept and the worker sends it again.
    """
    refund, is_new = _get_or_create(order, amount, reason, key, renewal, line)
    if is_new:
        _create_at_stripe(refund)
    elif refund.status == "":
        send_refund(refund)
    return refund


def send_refund(refund: Refund) -> None:
    """Create the refund at Stripe unless it is there. Safe to repeat. Raises as `request_refund` does.

    It is looked up first: Stripe forgets the idempotency key of an earlier request after a day, and how long ago that
    was is not known if this server's clock was wrong.
    """
    if not _sync_and_find(refund):
        _create_at_stripe(refund)


def _create_at_stripe(refund: Refund) -> None:
    """Create the refund. After a 5xx, which Stripe would replay under the same key, it is looked up.

    Likewise after a refusal: another process may have made it, and a second one is refused as more than is left.
    """
    try:
        _settle_refund(refund, stripe_gateway.create_refund(refund))
    except StripeBroken:
        if not _sync_and_find(refund):
            Refund.update(keys_used_up=Refund.keys_used_up + 1).where(Refund.id == refund.id).execute()
            raise
    except StripeRefused as error:
        if _was_made(refund):
            return
        with db.atomic():
            is_unknown = (Refund.id == refund.id) & (Refund.status == "")
            refused = Refund.update(status="failed", failure=error.code or "refused").where(is_unknown).execute()
            if not refused:
                return
            refund.order.note(TimelineKind.REFUND_REFUSED, amount=refund.amount, words=error.message)
        raise FieldErrors({"amount": ["refund_refused"]}, words=error.message) from error


def unsent_refunds(merchant: Merchant) -> "ModelSelect[Refund]":
    """The merchant's refunds that Stripe has not confirmed yet, oldest first, at most 100."""
    unsent = (Payment.merchant == merchant) & (Refund.status == "")
    return Refund.select().join(Payment).where(unsent).order_by(Refund.id).limit(100)


def refund_in_full(payment: Payment, reason: str) -> None:
    """Write a refund of the whole payment, inside the caller's transaction. The worker sends it to Stripe.

    A second call for the same payment writes nothing.
    """
    Refund.insert(
        public_id=f"whole-{payment.public_id}",
        order=payment.order,
        payment=payment,
        amount=payment.amount,
        currency=payment.currency,
        reason=reason,
    ).on_conflict_ignore().execute()


def sync_refunds(payment: Payment) -> None:
    """Store every refund that Stripe has for this payment, also those made outside the shop. Raises StripeError."""
    snapshots, run = stripe_gateway.list_refunds(payment), Run()
    run.each(
        lambda: snapshots,
        lambda snapshot: _settle_refund(_find_or_create(payment, snapshot), snapshot),
        name=lambda snapshot: f"refund {snapshot.id}",
    )
    run.raise_first_error()


def _settle_refund(refund: Refund, snapshot: RefundSnapshot) -> None:
    """Update the refund, its emails and the order's status to what Stripe reports. Repeating it changes nothing.

    A refund that has failed or was canceled stays so, and such an answer is true however old it is. A row without an id
    of Stripe was recorded as refused: Stripe has the refund all the same.
    """
    is_final = snapshot.status in UNSUCCESSFUL_REFUND_STATUSES
    with db.atomic():
        # Before the refund's row, as in `settlement.settle`.
        refund.order.lock()
        if not refund.accept_answer(snapshot.request_number) and not is_final:
            return
        changed = (
            Refund.update(refund_id=snapshot.id, status=snapshot.status, failure=snapshot.failure, checked_at=now())
            .where(
                Refund.id == refund.id,
                Refund.refund_id.is_null()
                | Refund.status.not_in(list({snapshot.status, *(() if is_final else UNSUCCESSFUL_REFUND_STATUSES)})),
            )
            .execute()
        )
        if not changed:
            return
        refund.status, refund.refund_id, refund.failure = snapshot.status, snapshot.id, snapshot.failure
        order = refund.order
        if snapshot.status in TIMELINE_KINDS:
            kind = TIMELINE_KINDS[snapshot.status]
            order.note(kind, amount=refund.amount, origin=refund.origin, failure=snapshot.failure)
        _write_emails(order, refund)
        if snapshot.status in UNFINISHED_REFUND_STATUSES:
            refund.payment.plan_refunds_check()
        refund_balance.update_order_status(order)
        documents.balance_refund(refund)
        if snapshot.status == "succeeded":
            integrations.announce(EventType.ORDER_REFUNDED, order, f"refund-{refund.id}", refund=refund.id)


def _write_emails(order: Order, refund: Refund) -> None:
    subject, amount = f"refund-{refund.id}", refund.total.format(order.language)
    if refund.status in ("succeeded", "pending"):
        emails.write(EmailKind.REFUND_MADE, order, subject, refund_amount=amount)
    elif refund.status == "failed":
        emails.write(EmailKind.REFUND_FAILED, order, subject, refund_amount=amount)
        emails.write(EmailKind.OWNER_REFUND_FAILED, order, subject, refund_amount=refund.total.format("en"))


def _get_or_create(
    order: Order, amount: int, reason: str, key: str, renewal: Payment | None, line: int | None
) -> tuple[Refund, bool]:
    """Write our row, before Stripe is asked. Return it, and whether it is new.

    The amount is checked while the order is locked, so concurrent requests never refund more than was paid.
    """
    with db.atomic():
        existing = Refund.get_or_none(Refund.public_id == key)
        if existing is not None:
            return existing, False
        order.lock()
        left = refund_balance.refundable(order, renewal)
        if amount <= 0:
            raise FieldErrors({"amount": ["refund_too_small"]})
        if refund_balance.has_blocking_dispute(order, renewal):
            raise FieldErrors({"amount": ["refund_disputed"]})
        if amount > left:
            raise FieldErrors({"amount": ["refund_too_large"]}, left=left)
        if line is not None:
            _check_line(order, amount, line)
        refund = Refund.create(
            public_id=key,
            order=order,
            payment=renewal or _payment_to_refund(order, amount),
            amount=amount,
            currency=order.currency,
            reason=reason,
            line_position=line,
        )
        order.note(TimelineKind.REFUND_REQUESTED, amount=amount, reason=reason)
    return refund, True


def _check_line(order: Order, amount: int, line: int) -> None:
    left = refund_balance.refundable_lines(order, Refund.select().where(Refund.order == order)).get(line)
    if left is None or amount > left.amount:
        raise FieldErrors({"amount": ["refund_above_line"]}, left=left.amount if left else 0)


def _payment_to_refund(order: Order, amount: int) -> Payment:
    """The first payment of the order with at least `amount` left; an order that was paid twice has two payments."""
    of_order = (Payment.order == order) & Payment.of_checkout()
    paid = list(Payment.select().where(of_order, Payment.succeeded()).order_by(Payment.id))
    return next((payment for payment in paid if payment.amount - Refund.sum_of_payment(payment) >= amount), paid[0])


def _sync_and_find(refund: Refund) -> bool:
    """Sync the payment's refunds; return whether Stripe has this one. Raises StripeError."""
    sync_refunds(refund.payment)
    return bool(Refund.get_by_id(refund.id).status)


def _was_made(refund: Refund) -> bool:
    """Whether Stripe has a refund that it has just refused to make. Raises StripeError if it gives no answer."""
    try:
        return _sync_and_find(refund)
    except StripeRefused:
        return False


def _find_or_create(payment: Payment, snapshot: RefundSnapshot) -> Refund:
    """Our row of a refund at Stripe: found by its id, then by our id in its metadata, else created."""
    found: Refund | None = Refund.get_or_none(Refund.refund_id == snapshot.id)
    if found is None and snapshot.refund:
        # A row belongs to one refund. Another refund with the same metadata gets its own row.
        found = Refund.get_or_none(Refund.public_id == snapshot.refund, Refund.refund_id.is_null())
    if found is not None:
        return found
    Refund.insert(
        order=payment.order,
        payment=payment,
        refund_id=snapshot.id,
        amount=snapshot.amount,
        currency=snapshot.currency,
        reason=snapshot.reason,
        origin="stripe",
        created_at=snapshot.created,
    ).on_conflict_ignore().execute()
    created: Refund = Refund.get(Refund.refund_id == snapshot.id)
    return created
