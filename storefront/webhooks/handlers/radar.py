"""Radar events: a card network warns of fraud, or Stripe wants a payment reviewed. Only the owner can decide."""

from storefront import emails
from storefront.db import db
from storefront.models import EmailKind, TimelineKind, WebhookEvent
from storefront.webhooks.looks import Looks
from storefront.webhooks.matching import find_or_await_payment


def fraud_warned(event: WebhookEvent, looks: Looks) -> None:
    """Tell the owner, once for each warning: a refund now avoids the dispute."""
    _tell(event, looks, EmailKind.OWNER_FRAUD_WARNING, TimelineKind.FRAUD_WARNING)


def review_opened(event: WebhookEvent, looks: Looks) -> None:
    """Tell the owner, once for each review."""
    _tell(event, looks, EmailKind.OWNER_REVIEW, TimelineKind.REVIEW_OPENED)


def _tell(event: WebhookEvent, looks: Looks, email: EmailKind, entry: TimelineKind) -> None:
    payment = find_or_await_payment(event, looks)
    if payment is None:
        return
    with db.atomic():
        emails.write(email, payment.order, event.object_id[:80], amount=payment.total)
        payment.order.note(entry, amount=payment.amount)


HANDLERS = {
    "radar.early_fraud_warning.created": fraud_warned,
    "review.opened": review_opened,
}
