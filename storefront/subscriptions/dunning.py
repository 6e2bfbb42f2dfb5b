"""Dunning: emails about a renewal that needs its customer, first a notice and then reminders, until it is settled."""

from datetime import timedelta
from typing import Any

from storefront import emails, settings
from storefront.models import Email, EmailKind, EmailState, Invoice, InvoiceNeed, needs_customer, now

# The email kind of the first notice, by `invoice.needs`.
NOTICES: dict[str, EmailKind] = {
    InvoiceNeed.AUTHENTICATION: EmailKind.RENEWAL_AUTHENTICATION,
    InvoiceNeed.CARD: EmailKind.RENEWAL_DECLINED,
}
KINDS = (*NOTICES.values(), EmailKind.RENEWAL_REMINDER, EmailKind.OWNER_RENEWAL_STOPPED)


def start_dunning(invoice: Invoice) -> None:
    """Write the notices to customer and owner, and the reminders that fall due later.

    Call it in the transaction that stores what the invoice needs. Each need has one notice: a repeated call for the
    same need writes nothing more.
    """
    if not needs_customer(invoice):
        return
    kind, order = NOTICES[invoice.needs], invoice.subscription.order
    emails.write(kind, order, invoice=invoice)
    emails.write(EmailKind.OWNER_RENEWAL_STOPPED, order, invoice=invoice)
    _write_reminders(invoice)
    # Re-queue emails dropped while the invoice needed something else.
    emails.requeue(_is_about(invoice) & Email.kind.in_([kind, EmailKind.OWNER_RENEWAL_STOPPED]), now())
    emails.requeue(_is_about(invoice) & (Email.kind == EmailKind.RENEWAL_REMINDER) & (Email.due_at > now()))


def _write_reminders(invoice: Invoice) -> None:
    """Write the reminders of an invoice once, with the days in the settings now. Later settings do not move them."""
    reminder = (Email.kind == EmailKind.RENEWAL_REMINDER) & _is_about(invoice)
    if Email.select().where(reminder).exists():
        return
    for number, days in enumerate(settings.current().reminder_days, 1):
        about, due_at = f"invoice-{invoice.id}-{number}", now() + timedelta(days=days)
        emails.write(EmailKind.RENEWAL_REMINDER, invoice.subscription.order, about, due_at, invoice=invoice)


def stop_dunning(invoice: Invoice) -> None:
    """Drop the unsent emails about an invoice that needs its customer no more."""
    emails.drop(_is_about(invoice) & Email.kind.in_(KINDS))


def send_reminder_now(invoice: Invoice) -> bool:
    """Queue one more notice about what the invoice needs, due now. Return False if it needs nothing.

    If a notice is waiting already, it becomes due now instead: two requests send one email.
    """
    if not needs_customer(invoice):
        return False
    kind = NOTICES[invoice.needs]
    notices = _is_about(invoice) & (Email.kind == kind)
    moved_up = Email.update(due_at=now()).where(notices, Email.state == EmailState.WAITING).execute()
    if not moved_up:
        number = Email.select().where(notices).count()
        emails.write(kind, invoice.subscription.order, f"invoice-{invoice.id}-again-{number}", invoice=invoice)
    return True


def _is_about(invoice: Invoice) -> Any:
    return Email.invoice == invoice
