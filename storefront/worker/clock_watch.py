"""Compares this server's clock with Stripe's. The doctor shows a difference, and the owner gets an email about it."""

from datetime import timedelta

from storefront import emails, merchants, stripe_gateway
from storefront.db import db
from storefront.models import EmailKind, ShopSetting, now
from storefront.worker import clock_jumps, heartbeat


def watch_clock() -> None:
    """Repair what a clock that was ahead has left, and store how far it is from Stripe's clock."""
    clock_jumps.repair_if_set_back(heartbeat.last_seen())
    difference = stripe_gateway.clock_difference()
    if difference is None:
        return
    if abs(difference) <= merchants.LARGE_DIFFERENCE:
        ShopSetting.delete().where(ShopSetting.name == merchants.CLOCK_SETTING).execute()
        return
    seconds = int(difference.total_seconds())
    with db.atomic():
        ShopSetting.store(merchants.CLOCK_SETTING, seconds)
        if abs(difference) > merchants.BREAKING_DIFFERENCE:
            day = now() + timedelta(seconds=seconds)
            emails.write(EmailKind.OWNER_CLOCK_WRONG, None, f"clock-{day:%Y-%m-%d}")
