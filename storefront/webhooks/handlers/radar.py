"""Radar events: a card network warns of fraud, or Stripe wants a payment reviewed. Only the owner can decide."""

from storefront import emails
from storefront.db import db
from storefront.models import EmailKind, TimelineKind, WebhookEvent
from storefront.webhooks.matching import find_or_await_payment


def fraud_warned(event: WebhookEvent) -> None:
    """Tell the owner, once for each warning: a refund now avoids the dispute."""
    _tell(event, EmailKind.OWNER_FRAUD_WARNING, TimelineKind.FRAUD_WARNING)


def review_opened(event: WebhookEvent) -> None:
    """Tell the owner, once for each review."""
    _tell(event, EmailKind.OWNER_REVIEW, TimelineKind.REVIEW_OPENED)


def _tell(event: WebhookEvent, email: EmailKind, entry: TimelineKind) -> None:
    payment = find_or_await_payment(event)
    if payment is None:
        return
    with db.atomic():
        emails.write(email, payment.order, event.object_id[:80], amount=payment.total)
        payment.order.note(entry, amount=payment.amount)


HANDLERS = {
    "radar.early_fraud_warning.created": fraud_warned,
    "review.opened": review_opened,
}
