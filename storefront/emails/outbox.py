"""What the shop writes to buyers and to its owner: put into the outbox in the transaction of what it tells."""

from datetime import datetime, timedelta

from peewee import fn

from storefront.emails.kinds import KIND_GROUPS, KINDS, placeholders, subscriptions
from storefront.models import Email, Invoice, Order, Subscription, now

# How long before the end of a trial its buyer is told.
BEFORE_TRIAL_ENDS = timedelta(days=3)
# Trials count from when Stripe took them, later than our row was made: by a second, or by hours when it was down.
TAKEN_LATE = timedelta(hours=12)


def write(
    kind: str,
    order: Order | None,
    about: str = "",
    when: datetime | None = None,
    *,
    subscription: Subscription | None = None,
    invoice: Invoice | None = None,
    recipient: str = "",
    language: str = "",
    **detail: object,
) -> None:
    """Put a letter into the outbox, in the transaction of what it tells; a second one of the same subject is none.

    `about` names the subject (80 characters at most), by default the invoice, the subscription or the order. `when` is
    when it falls due. `recipient` and `language` are the order's unless given; the owner's letters have none. `detail`
    are placeholders' values: strings, Money, or datetimes for days. Raises ValueError for a letter to nobody.

    What is about a subscription without saying which is about the invoice's, else the order's present one.
    """
    to_owner = KINDS[kind].to_owner
    to = "" if to_owner else recipient or (order.email if order is not None else "")
    if not to and not to_owner:
        raise ValueError(f"{kind} has no recipient")
    if subscription is None and invoice is not None:
        subscription = invoice.subscription
    elif subscription is None and order is not None and kind in KIND_GROUPS["subscriptions"]:
        subscription = Subscription.current(order)
    Email.insert(
        kind=kind,
        about=about or _subject(order, subscription, invoice),
        order=order,
        subscription=subscription,
        invoice=invoice,
        recipient=to,
        language="" if to_owner else language or (order.language if order is not None else "en"),
        detail={name: placeholders.stored_value(value) for name, value in detail.items()},
        due_at=when or now(),
    ).on_conflict_ignore().execute()


def _subject(order: Order | None, subscription: Subscription | None, invoice: Invoice | None) -> str:
    if invoice is not None:
        return f"invoice-{invoice.id}"
    if subscription is not None:
        return f"subscription-{subscription.id}"
    return f"order-{order.id}" if order is not None else ""


def write_unpaid_order_reminder(order: Order, delay: timedelta) -> None:
    """One letter per order, `delay` after the last attempt: a further attempt puts it off.

    One that was not true when it fell due has not been sent: it waits anew.
    """
    when = now() + delay
    write("payment_waits", order, when=when)
    unsent = Email.state.in_(["waiting", "dropped"])
    Email.update(state="waiting", due_at=when, done_at=None, recipient=order.email).where(
        Email.kind == "payment_waits", Email.order == order, unsent
    ).execute()


def drop_unpaid_order_reminder(order: Order) -> None:
    """It has been paid: the letter is no longer true, and the owner's list says so at once."""
    drop((Email.kind == "payment_waits") & (Email.order == order))


def write_trial_ending_notice(subscription: Subscription) -> None:
    """One letter per day that a trial ends on, three days before it; call it when a trial starts or moves.

    A trial of three days or less has just been told of by the letter of its start.
    """
    end = subscription.trial_end
    if end is None or end - subscription.created_at <= BEFORE_TRIAL_ENDS + TAKEN_LATE:
        return
    about = subscriptions.trial_about(subscription)
    when = max(now(), end - BEFORE_TRIAL_ENDS)
    write("trial_ends", subscription.order, about, when, subscription=subscription, due=end)


def drop(which: object) -> None:
    """Letters that wait, and fit this condition, are no longer true."""
    Email.update(state="dropped", done_at=now(), claimed_until=None).where(Email.state == "waiting", which).execute()


def requeue(which: object, when: datetime | None = None) -> None:
    """Letters that were dropped unsent, and fit this condition, are true again; due at `when`, else as they were."""
    Email.update(state="waiting", done_at=None, due_at=when or Email.due_at).where(
        Email.state == "dropped", which
    ).execute()


def change_recipient(old: str, new: str) -> None:
    """What waits for a buyer's old email address goes to their new one; not what the old address itself was asked."""
    theirs = (fn.LOWER(Email.recipient) == old.lower()) & Email.kind.not_in(list(KIND_GROUPS["buyers"]))
    Email.update(recipient=new).where(theirs, Email.state == "waiting").execute()
