"""Money back: asked for here or at Stripe, it ends in the same rows and the same sums."""

from storefront import emails, stripe_gateway
from storefront.db import db
from storefront.errors import FieldErrors, StripeBroken, StripeRefused
from storefront.models import Dispute, Order, Payment, Refund, now
from storefront.payments import refund_balance
from storefront.stripe_gateway import IDEMPOTENCY_KEY_LIFETIME, RefundSnapshot

REFUND_REASONS = ("requested_by_customer", "duplicate", "fraudulent")


def request_refund(order: Order, amount: int, reason: str, key: str, renewal: Payment | None = None) -> Refund:
    """Give `amount` (minor units) of a paid order back; `key` names the press, so pressing twice refunds once.

    With `renewal` that payment of a later period is refunded, and not the order's own.

    Raises FieldErrors (field amount: refund_too_small, refund_disputed, refund_too_large with details `left`;
    refund_refused with Stripe's words), and StripeError when Stripe can't be asked: the row stands and the worker
    goes on with it.
    """
    refund = _written(order, amount, reason, key, renewal)
    if refund.status == "":
        send_refund(refund)
    return refund


def send_refund(refund: Refund) -> None:
    """Ask Stripe for a refund that our row promises; sent again under the same key. Raises as `request` does.

    When the key may have been forgotten, or can only be answered with the same 5xx, it is looked for before.
    """
    if now() - refund.created_at > IDEMPOTENCY_KEY_LIFETIME and _is_found(refund):
        return
    try:
        settle_refund(refund, stripe_gateway.create_refund(refund))
    except StripeBroken:
        if not _is_found(refund):
            Refund.update(keys_used_up=Refund.keys_used_up + 1).where(Refund.id == refund.id).execute()
            raise
    except StripeRefused as error:
        with db.atomic():
            Refund.update(status="failed", failure=error.code or "refused").where(Refund.id == refund.id).execute()
            refund.order.note("refund_refused", amount=refund.amount, words=error.message)
        raise FieldErrors({"amount": ["refund_refused"]}, words=error.message) from error


def _is_found(refund: Refund) -> bool:
    """Whether Stripe has made it although we never heard: its metadata names our row. Raises StripeError."""
    sync_refunds(refund.payment)
    return bool(Refund.get_by_id(refund.id).status)


def unsent_refunds() -> list[Refund]:
    """Refunds whose answer from Stripe is not known."""
    return list(Refund.select().where(Refund.status == "").order_by(Refund.id).limit(100))


def sync_refunds(payment: Payment) -> None:
    """Take over every refund that Stripe has for this payment, whoever made it. Raises StripeError."""
    for snapshot in stripe_gateway.list_refunds(payment):
        _settle_found(payment, snapshot)


def _settle_found(payment: Payment, snapshot: RefundSnapshot) -> None:
    refund = Refund.get_or_none(Refund.refund_id == snapshot.id)
    if refund is None and snapshot.refund:
        # One row is one refund: a second one that names it stands for itself.
        refund = Refund.get_or_none(Refund.public_id == snapshot.refund, Refund.refund_id.is_null())
    if refund is None:
        with db.atomic():
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
        refund = Refund.get(Refund.refund_id == snapshot.id)
    settle_refund(refund, snapshot)


def settle_refund(refund: Refund, snapshot: RefundSnapshot) -> None:
    """Make our row and the order's status say what Stripe says of this refund. Repeating it changes nothing more."""
    with db.atomic():
        changed = (
            Refund.update(refund_id=snapshot.id, status=snapshot.status, failure=snapshot.failure, checked_at=now())
            .where(Refund.id == refund.id, Refund.status != snapshot.status)
            .execute()
        )
        if not changed:
            return
        refund.status, refund.refund_id, refund.failure = snapshot.status, snapshot.id, snapshot.failure
        order = refund.order
        order.note(f"refund_{snapshot.status}", amount=refund.amount, origin=refund.origin, failure=snapshot.failure)
        _write_letters(order, refund)
        refund_balance.update_order_status(order)


def _write_letters(order: Order, refund: Refund) -> None:
    about, amount = f"refund-{refund.id}", refund.total.format(order.language)
    if refund.status in ("succeeded", "pending"):
        emails.write("refund_made", order, about, refund_amount=amount)
    elif refund.status == "failed":
        emails.write("refund_failed", order, about, refund_amount=amount)
        emails.write("owner_refund_failed", order, about, refund_amount=refund.total.format("en"))


def _written(order: Order, amount: int, reason: str, key: str, renewal: Payment | None) -> Refund:
    """Our row first. The sum is checked under the write lock, so two presses never give back more than was paid."""
    with db.atomic():
        met = Refund.get_or_none(Refund.public_id == key)
        if met is not None:
            return met
        order.lock()
        left = refund_balance.refundable_of_payment(renewal) if renewal else refund_balance.refundable(order)
        if amount <= 0:
            raise FieldErrors({"amount": ["refund_too_small"]})
        if Dispute.forbids_refund_of(renewal) if renewal else Dispute.forbids_refund(order):
            raise FieldErrors({"amount": ["refund_disputed"]})
        if amount > left:
            raise FieldErrors({"amount": ["refund_too_large"]}, left=left)
        refund = Refund.create(
            public_id=key,
            order=order,
            payment=renewal or _payment_with(order, amount),
            amount=amount,
            currency=order.currency,
            reason=reason,
        )
        order.note("refund_asked", amount=amount, reason=reason)
    return refund


def _payment_with(order: Order, amount: int) -> Payment:
    """The payment of the order that has so much left; of an order paid twice, one has gone back already."""
    own = (Payment.order == order) & Payment.of_checkout()
    paid = list(Payment.select().where(own, Payment.status == "succeeded").order_by(Payment.id))
    return next((payment for payment in paid if payment.amount - Refund.sum_of_payment(payment) >= amount), paid[0])


def refund_in_full(payment: Payment, reason: str) -> None:
    """Promise the whole of a payment back that serves no order; the worker sends it. Call it in a transaction."""
    Refund.insert(
        public_id=f"whole-{payment.public_id}",
        order=payment.order,
        payment=payment,
        amount=payment.amount,
        currency=payment.currency,
        reason=reason,
    ).on_conflict_ignore().execute()
