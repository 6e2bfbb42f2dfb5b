"""Changes a customer's email address: requested on the account page, confirmed from the new mailbox.

The shop's rows change first. Stripe's customers keep the old address until each subscription's next sync
(`subscriptions.refresh`), which is due immediately and retried until Stripe accepts the new one.
"""

from storefront import emails
from storefront.customers.purchases import newest_order_of, ordered_by, orders_of
from storefront.db import db
from storefront.models import (
    EmailKind,
    EmailRequest,
    Order,
    Subscription,
    TimelineKind,
    now,
    public_id,
    subscriber_network,
)


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


def change_email(email: str, new: str) -> bool:
    """Move all orders of `email` to the address `new`, and tell the old address. Return False if it has no orders."""
    with db.atomic():
        orders = [order.id for order in orders_of(email).order_by(Order.id.desc())]
        # The condition is checked again in the UPDATE: of two requests at the same time one changes the rows.
        if not Order.update(email=new).where(Order.id.in_(orders), ordered_by(email)).execute():
            return False
        emails.change_recipient(email, new)
        newest = Order.get_by_id(orders[0])
        emails.write(EmailKind.EMAIL_CHANGED, newest, f"email-{public_id(128)}", recipient=email, email=new)
        for order in Order.select().where(Order.id.in_(orders)):
            order.note(TimelineKind.EMAIL_CHANGED, before=email, after=new)
        Subscription.update(next_check_at=now()).where(
            Subscription.order.in_(orders), Subscription.customer_id != ""
        ).execute()
    return True
