"""Changes a customer's email address: requested on the account page, confirmed from the new mailbox.

The reader of the old mailbox can undo it. The shop's rows change first. Stripe's customers keep the other address until
each subscription's next sync (`subscriptions.refresh`), which is due immediately and retried until Stripe accepts it.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from storefront import emails
from storefront.customers.purchases import newest_order_of, orders_of
from storefront.db import db
from storefront.models import (
    AccountLink,
    Customer,
    EmailChange,
    EmailKind,
    EmailRequest,
    Order,
    Subscription,
    TimelineKind,
    lock_orders,
    now,
    ordered_by,
    public_id,
    subscriber_network,
)


@dataclass(frozen=True)
class Move:
    """What a change of an address moves: so many orders, to an address that has `joined` orders already."""

    moved: int
    joined: int


def planned_move(old: str, new: str) -> Move:
    """What a change of the address `old` to `new` would move. With orders at both, two customers become one."""
    moved, joined = Customer.by_email(old), Customer.by_email(new)
    is_same = old.lower() == new.lower()
    return Move(moved.orders if moved else 0, joined.orders if joined and not is_same else 0)


def move_orders(old: str, new: str) -> bool:
    """Move all orders of an address to another one, as the owner wants it. False if there are none to move.

    The old address is told and can undo it, as after a change that the customer has asked for.
    """
    with db.atomic():
        made = public_id()
        _change(made, emails.EmailChangeRequest(old.lower(), new, now()))
        return is_confirmed(made)


def request_email_change(email: str, new: str, address: str) -> bool:
    """Send the confirmation link to the address `new`. `address` is the IP address of the request.

    Return False if `email` has no orders, or if `address` or `new` reached the hourly limit of requests.
    """
    order = newest_order_of(email)
    if order is None or not EmailRequest.record(new.lower(), subscriber_network(address)):
        return False
    with db.atomic():
        emails.write(EmailKind.EMAIL_CHANGE, order, f"email-{public_id(128)}", recipient=new, email=new)
    return True


def requested_change(token: str) -> emails.EmailChangeRequest | None:
    """Return what a confirmation link asks for.

    None if it is not valid, was undone, or is older than the last change of that address.
    """
    asked = emails.read_email_change_token(token)
    if asked is None:
        return None
    made = EmailChange.by_token(token)
    is_void = made.undone_at is not None if made else EmailChange.happened_since(asked.old, asked.signed_at)
    return None if is_void else asked


def is_confirmed(token: str) -> bool:
    """Whether the confirmation link has changed the address already."""
    return EmailChange.by_token(token) is not None


def change_email(token: str) -> bool:
    """Move all orders to the address that a confirmation link names. Return False if it can't be used.

    The old address is told and gets a link to undo it; every link to its account page ends. Pressing again changes
    nothing more.
    """
    with db.atomic():
        asked = requested_change(token)
        if asked is None:
            return False
        if not is_confirmed(token):
            _change(token, asked)
        return is_confirmed(token)


def _change(token: str, asked: emails.EmailChangeRequest) -> None:
    before = {str(order.id): order.email for order in orders_of(asked.old)}
    moved = [int(order) for order in before]
    lock_orders(moved)
    # The condition is checked again in the UPDATE: of two requests at the same time one changes the rows.
    if not Order.update(email=asked.new).where(Order.id.in_(moved), ordered_by(asked.old)).execute():
        return
    change = EmailChange.create(token_hash=EmailChange.hash_of(token), old=asked.old, new=asked.new, orders=before)
    emails.change_recipient(asked.old, asked.new, moved)
    AccountLink.end_all([asked.old])
    emails.write(
        EmailKind.EMAIL_CHANGED,
        Order.get_by_id(max(moved)),
        f"email-{public_id(128)}",
        recipient=asked.old,
        email=asked.new,
        change=change.id,
    )
    _note_moves(before, dict.fromkeys(before, asked.new))


def undo_email_change(change: EmailChange) -> bool:
    """Move the orders back to the addresses that they had before this change, and end every link to them.

    That holds whatever address the orders have by now. The address that loses them is told. Return False if the change
    was undone before, or is too old.
    """
    with db.atomic():
        undone = EmailChange.update(undone_at=now()).where(EmailChange.id == change.id, EmailChange.undone_at.is_null())
        if not change.can_be_undone or not undone.execute():
            return False
        moved = [int(order) for order in change.orders]
        # All before the first changes: a change also locks the customers.
        lock_orders(moved)
        orders = [one for one in Order.select().where(Order.id.in_(moved)) if one.email.lower() != change.old]
        before = {str(order.id): order.email for order in orders}
        for order in orders:
            Order.update(email=change.orders[str(order.id)]).where(Order.id == order.id).execute()
        for address in set(before.values()):
            theirs = [order for order in orders if order.email == address]
            emails.change_recipient(address, change.old, [order.id for order in theirs])
            about = f"email-{public_id(128)}"
            emails.write(EmailKind.EMAIL_RESTORED, theirs[-1], about, recipient=address, email=address)
        _forget_in_later_changes(change)
        AccountLink.end_all({change.old, change.new.lower(), *(address.lower() for address in before.values())})
        _note_moves(before, change.orders)
    return True


def _forget_in_later_changes(undone: EmailChange) -> None:
    """Whoever has changed the address once more can't move these orders again with the link to undo that."""
    for later in EmailChange.select().where(EmailChange.id > undone.id, EmailChange.undone_at.is_null()):
        kept = {order: address for order, address in later.orders.items() if order not in undone.orders}
        if kept != later.orders:
            EmailChange.update(orders=kept).where(EmailChange.id == later.id).execute()


def _note_moves(before: Mapping[str, str], after: Mapping[str, str]) -> None:
    """Note each order's addresses in its timeline, and let Stripe's customers follow. The keys are order ids."""
    moved = [int(order) for order in before]
    for order in Order.select().where(Order.id.in_(moved)):
        order.note(TimelineKind.EMAIL_CHANGED, before=before[str(order.id)], after=after[str(order.id)])
    Subscription.update(next_check_at=now()).where(
        Subscription.order.in_(moved), Subscription.customer_id != ""
    ).execute()
