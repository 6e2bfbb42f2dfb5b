"""Letters about a renewal that can't be paid without its customer: at once, then reminders, until it is settled."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast

from peewee import fn

from storefront import settings
from storefront.emails import outbox as letters
from storefront.models import Invoice, Letter
from storefront.models.base import now
from storefront.models.invoice import needs_customer

# invoice.needs → the letter that says so.
OF_NEED = {"authentication": "renewal_authentication", "card": "renewal_declined"}
TO_CUSTOMER = (*OF_NEED.values(), "renewal_reminder")
KINDS = (*TO_CUSTOMER, "owner_renewal_stopped")
GONE = ("sent", "kept")


@dataclass(frozen=True)
class Sent:
    """How many letters about an invoice have gone to its customer, and when the last one did."""

    count: int
    last: datetime | None


def begin(invoice: Invoice) -> None:
    """Tell customer and owner, and lay reminders in store; in the transaction that found what the invoice needs.

    Again for the same need it writes nothing more; another need has its own letter, once.
    """
    if not needs_customer(invoice):
        return
    kind, order = OF_NEED[invoice.needs], invoice.subscription.order
    letters.write(kind, order, invoice=invoice)
    letters.write("owner_renewal_stopped", order, invoice=invoice)
    _write_reminders(invoice)
    # What had been dropped unsent, because the need was another or none for a while, is true again.
    letters.let_wait_again(_about(invoice) & Letter.kind.in_([kind, "owner_renewal_stopped"]), now())
    letters.let_wait_again(_about(invoice) & (Letter.kind == "renewal_reminder") & (Letter.due_at > now()))


def _write_reminders(invoice: Invoice) -> None:
    """Once for an invoice, counted from when it first stopped: what is set otherwise later is for later ones."""
    reminder = (Letter.kind == "renewal_reminder") & (Letter.invoice == invoice)
    if Letter.select().where(reminder).exists():
        return
    for number, days in enumerate(settings.current().reminder_days, 1):
        about, when = f"invoice-{invoice.id}-{number}", now() + timedelta(days=days)
        letters.write("renewal_reminder", invoice.subscription.order, about, when, invoice=invoice)


def stop(invoice: Invoice) -> None:
    """It is paid, void or asked for no more: nobody is written to about it any longer."""
    letters.drop(_about(invoice) & Letter.kind.in_(KINDS))


def send_again(invoice: Invoice) -> bool:
    """One more letter about what the invoice needs, due now; False when it needs nothing.

    One that still waits to be posted is it: pressing twice sends one.
    """
    if not needs_customer(invoice):
        return False
    kind = OF_NEED[invoice.needs]
    mine = _about(invoice) & (Letter.kind == kind)
    hurried = Letter.update(due_at=now()).where(mine, Letter.state == "waiting").execute()
    if not hurried:
        number = Letter.select().where(mine).count()
        letters.write(kind, invoice.subscription.order, f"invoice-{invoice.id}-again-{number}", invoice=invoice)
    return True


def sent(invoice: Invoice) -> Sent:
    """What has gone to its customer; one query."""
    gone = Letter.select(fn.COUNT(Letter.id), fn.MAX(Letter.done_at)).where(
        _about(invoice), Letter.kind.in_(TO_CUSTOMER), Letter.state.in_(GONE)
    )
    ((count, last),) = cast(Iterable[tuple[int, datetime | None]], gone.tuples())
    return Sent(count, last)


def _about(invoice: Invoice) -> object:
    return Letter.invoice == invoice
