"""The outbox: queues emails in the database within the caller's transaction, and drops or changes queued ones."""

from collections.abc import Collection
from datetime import datetime, timedelta

from storefront.emails.kinds import KIND_GROUPS, KINDS, customer_account, subscriptions, variables
from storefront.i18n import fold
from storefront.models import (
    Email,
    EmailKind,
    EmailState,
    Invoice,
    Order,
    PreparedStatement,
    Subscription,
    is_erased,
    now,
    sent_to,
)

# How long before the end of a trial the customer is told.
TRIAL_NOTICE_PERIOD = timedelta(days=3)
# Stripe counts a trial from when it creates the subscription: a second after our row, or hours after an outage.
MAX_CREATION_DELAY = timedelta(hours=12)

_DROP_UNPAID_REMINDER = PreparedStatement(
    lambda time, order: Email.update(state=EmailState.DROPPED, done_at=time, claimed_until=None).where(
        Email.kind == EmailKind.PAYMENT_REMINDER, Email.order == order, Email.state == EmailState.WAITING
    )
)


def write(
    kind: EmailKind,
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
    """Queue an email inside the caller's transaction. Duplicates (same kind and `about`) are ignored.

    `about` is the subject's key, at most 80 characters: by default the invoice's, else the subscription's, else the
    order's. `when` is when the email becomes due, by default now. `recipient` and `language` default to the order's;
    emails to the owner go to owners and managers unless they are given one, and have a language only if they are given
    it. `detail` holds values of variables: strings, Money, or datetimes for dates.

    For a kind about subscriptions, `subscription` defaults to the invoice's, else to the order's current one.

    Nothing is queued for a customer whose data was erased.

    Raises ValueError if an email to a customer has no recipient.
    """
    for_owner = KINDS[kind].for_owner
    to = recipient or ("" if for_owner or order is None else order.email)
    if is_erased(to):
        return  # a refund of an old order, for example
    if not to and not for_owner:
        raise ValueError(f"{kind} has no recipient")
    if subscription is None and invoice is not None:
        subscription = invoice.subscription
    elif subscription is None and order is not None and kind in KIND_GROUPS["subscriptions"]:
        subscription = Subscription.current(order)
    Email.insert_unless_exists(
        kind=kind,
        about=about or _default_about(order, subscription, invoice),
        order=order,
        mode=order.mode if order is not None else "",
        offer_id=order.offer_id if order is not None else None,
        title_folded=fold(order.title) if order is not None else "",
        subscription=subscription,
        invoice=invoice,
        recipient=to,
        language=language or ("" if for_owner else order.language if order is not None else "en"),
        detail={name: variables.stored_value(value) for name, value in detail.items()},
        due_at=when or now(),
    )


def _default_about(order: Order | None, subscription: Subscription | None, invoice: Invoice | None) -> str:
    if invoice is not None:
        return f"invoice-{invoice.id}"
    if subscription is not None:
        return f"subscription-{subscription.id}"
    return f"order-{order.id}" if order is not None else ""


def write_unpaid_order_reminder(order: Order, delay: timedelta) -> None:
    """Queue the reminder of an unpaid order, due after `delay`. Each further payment attempt postpones it.

    There is one reminder for each order. One that was dropped because it did not apply was never sent: it is queued
    again.
    """
    when = now() + delay
    write(EmailKind.PAYMENT_REMINDER, order, when=when)
    unsent = Email.state.in_([EmailState.WAITING, EmailState.DROPPED])
    Email.update(state=EmailState.WAITING, due_at=when, done_at=None, recipient=order.email).where(
        Email.kind == EmailKind.PAYMENT_REMINDER, Email.order == order, unsent
    ).execute()


def drop_unpaid_order_reminder(order: Order) -> None:
    """Drop the queued reminder of an order that was paid. The admin's list of emails shows it immediately."""
    _DROP_UNPAID_REMINDER.execute(now(), order.id)


def write_trial_ending_notice(subscription: Subscription) -> None:
    """Queue the notice that a trial ends soon, due three days before. Call this when a trial starts or its end moves.

    There is one notice for each end date. A trial of three days or less has none: the email about its start has just
    said when it ends.
    """
    end = subscription.trial_end
    if end is None or end - subscription.created_at <= TRIAL_NOTICE_PERIOD + MAX_CREATION_DELAY:
        return
    about = subscriptions.trial_about(subscription)
    when = max(now(), end - TRIAL_NOTICE_PERIOD)
    write(EmailKind.TRIAL_ENDS, subscription.order, about, when, subscription=subscription, due=end)


def drop_sent_notice(order: Order) -> None:
    """Drop the queued email that says that an order was sent."""
    drop((Email.kind == EmailKind.ORDER_SENT) & (Email.order == order))


def drop(which: object) -> None:
    """Drop the queued emails that match the condition `which`: they no longer apply."""
    Email.update(state=EmailState.DROPPED, done_at=now(), claimed_until=None).where(
        Email.state == EmailState.WAITING, which
    ).execute()


def requeue(which: object, when: datetime | None = None) -> None:
    """Queue dropped emails that match the condition `which` again, due at `when` or else at their earlier time."""
    Email.update(state=EmailState.WAITING, done_at=None, due_at=when or Email.due_at).where(
        Email.state == EmailState.DROPPED, which
    ).execute()


def change_recipient(old: str, new: str, orders: Collection[int]) -> None:
    """Send the queued emails about these orders (their ids) to a customer's new address.

    Emails about the account stay with the mailbox that they were written for. A link to the page of `old` is dropped.
    """
    about_account = list(customer_account.KINDS)
    waiting = (Email.state == EmailState.WAITING) & sent_to(old)
    Email.update(recipient=new).where(waiting, Email.order.in_(orders), Email.kind.not_in(about_account)).execute()
    drop((Email.kind == EmailKind.ACCOUNT_LINK) & sent_to(old))
