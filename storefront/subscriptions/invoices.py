"""What Stripe says about a subscription's invoices becomes our rows; one that can't be paid is told to its customer."""

from collections.abc import Collection

from storefront import emails, payments, stripe_gateway
from storefront.models import FIRST_INVOICE, RENEWAL, Invoice, Merchant, Payment, Subscription, now
from storefront.stripe_gateway import Intent, InvoiceSnapshot
from storefront.subscriptions import dunning

# Nothing more is asked for it.
CLOSED = frozenset({"void", "uncollectible"})


def ask_intents(merchant: Merchant, asked: Collection[InvoiceSnapshot]) -> dict[str, Intent]:
    """{invoice id: intent} of the renewals that wait for money. Raises StripeError."""
    waiting = [one for one in asked if one.status == "open" and one.intent_id and one.reason != FIRST_INVOICE]
    return {one.id: stripe_gateway.retrieve_intent(merchant, one.intent_id) for one in waiting}


def settle(subscription: Subscription, snapshot: InvoiceSnapshot, intent: Intent | None) -> None:
    """Make our row say what Stripe says; money, letters and the timeline follow from what has changed.

    Call it in the transaction that holds the order's lock. Repeating it changes nothing more.
    """
    invoice = _row(subscription, snapshot)
    before, needed = invoice.status, invoice.needs
    needs = needs_of(subscription, snapshot, intent)
    _record(invoice, snapshot, intent, needs)
    _count_decline(subscription, intent)
    if invoice.is_first:
        _link_to_order(subscription, invoice)
    elif snapshot.status == "paid" and before != "paid":
        _paid(subscription, invoice)
    elif snapshot.status in CLOSED and before not in CLOSED:
        subscription.order.note("invoice_closed", number=invoice.number, status=invoice.status, amount=invoice.amount)
    if needs and needs != needed:
        detail = {"needs": needs, "code": invoice.decline_code or invoice.error_code, "amount": invoice.amount}
        subscription.order.note("invoice_needs", number=invoice.number, **detail)
        dunning.start_dunning(invoice)
    elif needed and not needs:
        dunning.stop_dunning(invoice)


def needs_of(subscription: Subscription, snapshot: InvoiceSnapshot, intent: Intent | None) -> str:
    """What its customer has to do: "" nothing, "authentication" the bank's check, "card" another card.

    A renewal that stops at 3-D Secure has not failed: it waits, and Stripe doesn't try it again
    (support.stripe.com, "Subscription retries for failed 3D Secure authorizations").
    """
    if (
        snapshot.status != "open"
        or snapshot.reason == FIRST_INVOICE
        or not subscription.asks_for_open_invoices
        or intent is None
    ):
        return ""
    if intent.status in ("requires_action", "requires_confirmation"):
        return "authentication"
    if intent.status != "requires_payment_method" or not (snapshot.attempted or intent.error_code):
        return ""
    asked = {intent.error_code, intent.decline_code} & payments.AUTHENTICATION_FAILURE_CODES
    return "authentication" if asked else "card"


def card_of_recovered(subscription: Subscription) -> str:
    """The card that has paid the newest invoice when another could not; "" where there was none. Raises StripeError."""
    newest = Invoice.select().where(Invoice.subscription == subscription).order_by(Invoice.created_at.desc()).first()
    if newest is None or newest.failed_at is None or newest.status != "paid" or newest.card_taken:
        return ""
    card: str = stripe_gateway.retrieve_intent(subscription.merchant, newest.intent_id).payment_method
    Invoice.update(card_taken=True).where(Invoice.id == newest.id).execute()
    return card


def _row(subscription: Subscription, snapshot: InvoiceSnapshot) -> Invoice:
    Invoice.insert(
        subscription=subscription,
        invoice_id=snapshot.id,
        reason=snapshot.reason,
        amount=snapshot.amount_due,
        currency=snapshot.currency,
        created_at=snapshot.created,
    ).on_conflict_ignore().execute()
    found: Invoice = Invoice.get(Invoice.invoice_id == snapshot.id)
    return found


def _record(invoice: Invoice, snapshot: InvoiceSnapshot, intent: Intent | None, needs: str) -> None:
    invoice.number = snapshot.number
    invoice.status = snapshot.status
    invoice.amount, invoice.amount_paid = snapshot.amount_due, snapshot.amount_paid
    invoice.period_start, invoice.period_end = snapshot.period_start, snapshot.period_end
    invoice.intent_id = snapshot.intent_id
    invoice.attempts, invoice.next_attempt_at = snapshot.attempts, snapshot.next_attempt_at
    invoice.paid_at = snapshot.paid_at
    invoice.needs = needs
    if intent is not None:
        invoice.intent_status = intent.status
        invoice.error_code, invoice.decline_code = intent.error_code, intent.decline_code
    if needs and invoice.failed_at is None:
        invoice.failed_at = now()
    invoice.save()


def _link_to_order(subscription: Subscription, invoice: Invoice) -> None:
    """The first invoice's money is the order's own payment, and has its own receipt.

    Its row may not know its intent yet, when whoever made the subscription is still writing: a later look links them.
    """
    if invoice.status == "paid" and invoice.payment_id is None and invoice.intent_id:
        own = Payment.select(Payment.id).where(
            Payment.id == subscription.payment_id, Payment.intent_id == invoice.intent_id
        )
        Invoice.update(payment=own).where(Invoice.id == invoice.id).execute()


def _count_decline(subscription: Subscription, intent: Intent | None) -> None:
    """A card that was typed for it and declined; Stripe itself tries the saved one, too, which counts for nothing."""
    if intent is None or not intent.attempt or intent.error_code in payments.AUTHENTICATION_FAILURE_CODES:
        return
    if intent.payment_method != subscription.card_id:
        payments.record_decline(subscription.payment, intent.attempt)


def _paid(subscription: Subscription, invoice: Invoice) -> None:
    """A renewal's money gets a row of its own and a receipt."""
    if not invoice.amount_paid:
        return
    order = subscription.order
    if invoice.intent_id:
        Payment.insert(
            order=order,
            merchant=subscription.merchant,
            kind=RENEWAL,
            amount=invoice.amount_paid,
            currency=invoice.currency,
            intent_id=invoice.intent_id,
            status="succeeded",
            ended_at=now(),
            end_reason="renewal",
            next_check_at=None,
        ).on_conflict_ignore().execute()
        invoice.payment = Payment.get(Payment.intent_id == invoice.intent_id)
        invoice.save(only=[Invoice.payment])
    order.note(
        "invoice_paid", number=invoice.number, amount=invoice.amount_paid, recovered=invoice.failed_at is not None
    )
    emails.write("renewal_receipt", order, f"invoice-{invoice.id}", subscription=subscription, invoice=invoice)
