"""From when on Stripe has to be searched for payments that a restored database does not know."""

from datetime import UTC, datetime, timedelta

from peewee import fn

from storefront.db import db
from storefront.models import PAYABLE_STATUSES, Merchant, Order, Payment, ShopSetting, now
from storefront.payments.documents import hold_numbers

# How far before the newest row the lists begin: a dump takes time, and Stripe's clock and ours may differ.
MARGIN = timedelta(hours=1)
# Requests that were running while the database was replaced may create intents a little later.
SETTLING_TIME = timedelta(minutes=10)
# The setting's name.
RESTORED = "restored"


def mark_restored(made_at: datetime) -> None:
    """Have reconciliation search Stripe for what came after the backup of this time. Call it on the restored rows.

    The search begins with the operator's command, not by itself: a copy of the shop that was restored for a test must
    not write to the customers. Documents wait until the owner has confirmed their numbers.
    """
    since = min(made_at, _newest_payment_at() or made_at) - MARGIN
    hold_numbers()
    ShopSetting.store(RESTORED, {"since": since.timestamp(), "at": now().timestamp(), "begun": False})


def restored_since() -> datetime | None:
    """From when on Stripe has to be searched, because a backup was restored. None if that is done."""
    row = ShopSetting.by_name(RESTORED)
    return datetime.fromtimestamp(row.value["since"], UTC) if row is not None else None


def begin_search() -> None:
    """Let the worker continue the search after a restore, should this one be interrupted.

    The worker also fetches the events since the backup again: the restored rows do not know what they were about.
    """
    row = ShopSetting.by_name(RESTORED)
    if row is not None and not row.value["begun"]:
        since = datetime.fromtimestamp(row.value["since"], UTC)
        with db.atomic():
            ShopSetting.store(RESTORED, {**row.value, "begun": True})
            Merchant.update(events_missing_since=since).where(
                Merchant.events_missing_since.is_null() | (Merchant.events_missing_since > since)
            ).execute()


def is_search_unfinished() -> bool:
    """Whether a search after a restore has begun and not found everything yet."""
    row = ShopSetting.by_name(RESTORED)
    return row is not None and bool(row.value["begun"])


def finish_search(started: datetime) -> None:
    """Forget the restore, after a search that began at `started` has found everything."""
    row = ShopSetting.by_name(RESTORED)
    if row is not None and started.timestamp() - row.value["at"] >= SETTLING_TIME.total_seconds():
        ShopSetting.delete().where(ShopSetting.id == row.id, ShopSetting.value == row.value).execute()


def search_start() -> datetime:
    """From when on Stripe is searched by a complete reconciliation.

    The time of the restored backup; without one, a little before the newest row, because the database may have been
    replaced by other means. Open orders whose payment has no intent are searched for in any case.
    """
    unanswered = (
        Payment.select(fn.MIN(Payment.created_at))
        .join(Order)
        .where(Order.status.in_(list(PAYABLE_STATUSES)), Payment.intent_id.is_null(), Payment.of_checkout())
        .scalar()
    )
    return min(filter(None, (restored_since(), _newest_payment_at(), unanswered)), default=now()) - MARGIN


def _newest_payment_at() -> datetime | None:
    newest: Payment | None = (
        Payment.select(Payment.created_at).where(Payment.of_checkout()).order_by(Payment.id.desc()).first()
    )
    return newest.created_at if newest is not None else None
