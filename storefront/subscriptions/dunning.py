"""Letters about a renewal that can't be paid without its customer: at once, then reminders, until it is settled."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast

from peewee import fn

from storefront import emails, settings
from storefront.models import Email, Invoice, needs_customer, now

# invoice.needs → the letter that says so.
OF_NEED = {"authentication": "renewal_authentication", "card": "renewal_declined"}
TO_CUSTOMER = (*OF_NEED.values(), "renewal_reminder")
KINDS = (*TO_CUSTOMER, "owner_renewal_stopped")
GONE = ("sent", "kept")


@dataclass(frozen=True)
class SentReminders:
    """How many letters about an invoice have gone to its customer, and when the last one did."""

    count: int
    last: datetime | None


def start_dunning(invoice: Invoice) -> None:
    """Tell customer and owner, and lay reminders in store; in the transaction that found what the invoice needs.

    Again for the same need it writes nothing more; another need has its own letter, once.
    """
    if not needs_customer(invoice):
        return
    kind, order = OF_NEED[invoice.needs], invoice.subscription.order
    emails.write(kind, order, invoice=invoice)
    emails.write("owner_renewal_stopped", order, invoice=invoice)
    _write_reminders(invoice)
    # What had been dropped unsent, because the need was another or none for a while, is true again.
    emails.requeue(_about(invoice) & Email.kind.in_([kind, "owner_renewal_stopped"]), now())
    emails.requeue(_about(invoice) & (Email.kind == "renewal_reminder") & (Email.due_at > now()))


def _write_reminders(invoice: Invoice) -> None:
    """Once for an invoice, counted from when it first stopped: what is set otherwise later is for later ones."""
    reminder = (Email.kind == "renewal_reminder") & (Email.invoice == invoice)
    if Email.select().where(reminder).exists():
        return
    for number, days in enumerate(settings.current().reminder_days, 1):
        about, when = f"invoice-{invoice.id}-{number}", now() + timedelta(days=days)
        emails.write("renewal_reminder", invoice.subscription.order, about, when, invoice=invoice)


def stop_dunning(invoice: Invoice) -> None:
    """It is paid, void or asked for no more: nobody is written to about it any longer."""
    emails.drop(_about(invoice) & Email.kind.in_(KINDS))


def send_reminder_now(invoice: Invoice) -> bool:
    """One more letter about what the invoice needs, due now; False when it needs nothing.

    One that still waits to be posted is it: pressing twice sends one.
    """
    if not needs_customer(invoice):
        return False
    kind = OF_NEED[invoice.needs]
    mine = _about(invoice) & (Email.kind == kind)
    hurried = Email.update(due_at=now()).where(mine, Email.state == "waiting").execute()
    if not hurried:
        number = Email.select().where(mine).count()
        emails.write(kind, invoice.subscription.order, f"invoice-{invoice.id}-again-{number}", invoice=invoice)
    return True


def sent_reminders(invoice: Invoice) -> SentReminders:
    """What has gone to its customer; one query."""
    gone = Email.select(fn.COUNT(Email.id), fn.MAX(Email.done_at)).where(
        _about(invoice), Email.kind.in_(TO_CUSTOMER), Email.state.in_(GONE)
    )
    ((count, last),) = cast(Iterable[tuple[int, datetime | None]], gone.tuples())
    return SentReminders(count, last)


def _about(invoice: Invoice) -> object:
    return Email.invoice == invoice
