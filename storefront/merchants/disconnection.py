"""Disconnecting a merchant: close its open payments, remove our endpoint at Stripe, forget the keys.

Without the merchant's keys the shop could not learn of a payment that a customer completes in an open tab. Closing one
takes two calls to Stripe, so the worker closes them if there are many. Each step can be repeated: a killed worker goes
on with what is left.
"""

from contextlib import suppress
from datetime import timedelta

from storefront import payments, stripe_gateway
from storefront.db import db
from storefront.errors import SecretUnreadable, StripeError
from storefront.isolation import Run
from storefront.models import Merchant, Offer, Order, now

# So many open payments are closed while the owner waits.
FEW_PAYMENTS = 10
# The worker has few threads: it does other jobs between two runs of so many seconds.
RUN_SECONDS = 10
# While Stripe does not answer, the worker tries again each minute. Then the payments that are left stay open.
GIVE_UP_AFTER = timedelta(hours=1)


def disconnect(merchant: Merchant) -> bool:
    """Start no payments of this merchant any more, close the open ones, and forget its keys.

    Return False if the worker has to go on, because many payments are open (`continue_disconnections`). The row is
    deleted in the end unless an offer or order refers to it. If it was connected again meanwhile, it stays connected.
    """
    with db.atomic():
        Merchant.lock_row(merchant.id)
        count = payments.open_payments(merchant).count()
        Merchant.update(disconnecting_at=now(), payments_to_close=count, payments_left_open=0).where(
            Merchant.id == merchant.id
        ).execute()
    merchant.reload()
    if count > FEW_PAYMENTS:
        return False
    payments.close_open_payments(merchant)
    _finish(merchant)
    return True


def continue_disconnections() -> bool:
    """Close further payments of the merchants that are being disconnected. Return whether there is more to do now."""
    run = Run()
    more = run.each(Merchant.select_disconnecting, _continue, name=lambda merchant: f"disconnecting {merchant.name}")
    run.log_failures()
    return any(more)


def _continue(merchant: Merchant) -> bool:
    """One run for one merchant. Return whether the next one should follow at once."""
    closing = payments.close_open_payments(merchant, RUN_SECONDS)
    began = merchant.disconnecting_at
    if closing.is_complete or (not closing.closed and began is not None and now() - began > GIVE_UP_AFTER):
        _finish(merchant)
        return False
    return closing.closed > 0


def _finish(merchant: Merchant) -> None:
    if not Merchant.get_by_id(merchant.id).is_disconnecting:
        return
    # A revoked or unreadable key can't remove the endpoint. Stripe disables one whose deliveries keep failing.
    with suppress(StripeError, SecretUnreadable):
        stripe_gateway.remove_endpoint(merchant)
    with db.atomic():
        current = Merchant.lock_row(merchant.id)
        if not current.is_disconnecting:
            return
        is_used = (
            Offer.select().where((Offer.merchant == merchant) | (Offer.second_merchant == merchant)).exists()
            or Order.select().where(Order.merchant == merchant).exists()
        )
        if not is_used:
            current.delete_instance()
            return
        current.webhook_endpoint_id = current.webhook_url = None
        current.webhook_problem = ""
        current.payments_left_open = payments.open_payments(merchant).count()
        current.forget_secrets()
        current.disconnected_at, current.disconnecting_at = now(), None
        current.save()
    merchant.reload()
