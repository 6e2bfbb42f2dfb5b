"""Another email address: asked for on the buyer's page, done by a press on the page that only the new address is sent.

Our rows come first. What Stripe knows of its customers differs from them until each subscription is asked about next
(`subscriptions.refresh`), which is due at once and repeated until Stripe has taken it.
"""

from peewee import fn

from storefront import emails, payments
from storefront.customers.purchases import orders_of
from storefront.db import db
from storefront.models import EmailRequest, Order, Subscription, now, public_id


def request_email_change(email: str, new: str, address: str) -> bool:
    """Write to the new address, with the link that lets its reader take over what `email` has.

    False when too many letters were asked for within the hour, by `address` or to `new`.
    """
    newest = next(iter(Order.of_buyer(email, 1)), None)
    if newest is None or not EmailRequest.record(new.lower(), payments.subscriber_network(address)):
        return False
    with db.atomic():
        emails.write("email_change", newest, f"email-{public_id(128)}", recipient=new, email=new)
    return True


def change_email(email: str, new: str) -> bool:
    """Move everything of `email` to the address `new`, and tell the old one; False where nothing is (any more)."""
    with db.atomic():
        orders = [order.id for order in orders_of(email).order_by(Order.id.desc())]
        still = fn.LOWER(Order.email) == email.lower()
        if not Order.update(email=new).where(Order.id.in_(orders), still).execute():
            # Nothing was ever here, or a second press: the first has moved it.
            return False
        emails.change_recipient(email, new)
        newest = Order.get_by_id(orders[0])
        emails.write("email_changed", newest, f"email-{public_id(128)}", recipient=email, email=new)
        for order in Order.select().where(Order.id.in_(orders)):
            order.note("email_changed", before=email, after=new)
        Subscription.update(next_check_at=now()).where(
            Subscription.order.in_(orders), Subscription.customer_id != ""
        ).execute()
    return True
