"""The link to pay an order that was started and not paid, sent by the owner."""

from datetime import timedelta

from storefront import emails
from storefront.db import db
from storefront.models import Email, EmailKind, Order, OrderStatus, TimelineKind, is_recent, now

# Nobody is flooded: one link in an hour, three in a day, whichever orders they are for.
WINDOW, DAY, PER_DAY = timedelta(hours=1), timedelta(days=1), 3
# So many emails of this kind are looked at.
MOST_READ = 1000


def can_send_payment_link(order: Order) -> bool:
    """Whether the customer can pay the order now."""
    return order.status == OrderStatus.PENDING and order.payment_obstacle() is None


def send_payment_link(order: Order) -> bool:
    """Queue the email with the link in the customer's language. False, and nothing is queued, if a limit is reached.

    Call it only if `can_send_payment_link`.
    """
    with db.atomic():
        order.lock()
        if not can_send_payment_link(order):
            return False
        if not _is_allowed(order):
            return False
        entry = order.note(TimelineKind.PAYMENT_LINK_SENT)
        emails.write(EmailKind.PAYMENT_LINK, order, about=f"payment-link-{entry.id}")
    return True


def _is_allowed(order: Order) -> bool:
    newest = Email.select(Email.recipient, Email.created_at).where(Email.kind == EmailKind.PAYMENT_LINK)
    rows = newest.where(is_recent(Email.created_at, DAY)).order_by(Email.id.desc()).limit(MOST_READ)
    mine = [row for row in rows if row.recipient.lower() == order.email.lower()]
    return len(mine) < PER_DAY and not any(row.created_at > now() - WINDOW for row in mine)
