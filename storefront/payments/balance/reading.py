"""Reads the balance transactions and payouts of Stripe accounts, some pages in each run of the worker.

What is read is stored at once, so a run that is broken off loses nothing. One worker at a time reads those of a
merchant.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TypeVar

from peewee import ModelSelect, fn

from storefront import stripe_gateway
from storefront.errors import StripeError, StripeNotFound, StripePermissionMissing, StripeRefused
from storefront.models import BalanceList, BalanceReading, EventClaim, Merchant, Payout, now
from storefront.payments.balance.storing import store_contents, store_payouts, store_transactions
from storefront.stripe_gateway import BalanceEntry, PayoutEntry, StripePage

# The subject of the claim, beside those of Stripe's objects.
CLAIM = "balance"
# Pages of a list, and payouts whose contents are read, in one run for each merchant.
MOST_PAGES, MOST_PAYOUTS = 5, 10
# An object may appear in the list a little later than its time says.
OVERLAP = timedelta(minutes=15)
# A payout's status changes for days: a bank may send it back.
PAYOUT_OVERLAP = timedelta(days=14)
# A restricted key gets a permission only when the owner gives it one.
NO_PERMISSION_WAIT = timedelta(hours=6)

Entry = TypeVar("Entry", BalanceEntry, PayoutEntry)
Fetch = Callable[[datetime | None, str], StripePage[Entry]]


def due_merchants() -> "ModelSelect[Merchant]":
    """Connected merchants whose balance is to be read now."""
    waiting = BalanceReading.select(BalanceReading.merchant).where(~BalanceReading.is_over())
    waiting = waiting.group_by(BalanceReading.merchant).having(fn.COUNT(BalanceReading.id) == len(BalanceList))
    return Merchant.select_connected().where(Merchant.id.not_in(waiting))


def read_balance(merchant: Merchant) -> None:
    """Read what is new, then what is older. Does nothing while another worker reads this merchant's.

    Raises StripeError; the next try is planned then. A missing permission is no error: it is stored.
    """
    token, mine = EventClaim.take([(merchant.id, CLAIM)])
    try:
        if mine:
            _read(merchant, BalanceList.TRANSACTIONS, _read_transactions)
            _read(merchant, BalanceList.PAYOUTS, _read_payouts)
    finally:
        EventClaim.give_up(token)


def _read(merchant: Merchant, which: BalanceList, read: Callable[[BalanceReading], bool]) -> None:
    reading = BalanceReading.of(merchant, which)
    if not BalanceReading.select().where(BalanceReading.id == reading.id, BalanceReading.is_over()).exists():
        return
    reading.merchant = merchant
    try:
        more = read(reading)
    except StripePermissionMissing:
        reading.failed("permission", NO_PERMISSION_WAIT)
    except StripeError as error:
        if isinstance(error, StripeNotFound | StripeRefused):
            reading.forget_places()
        reading.failed("no_answer")
        raise
    else:
        reading.done(more)


def _read_transactions(reading: BalanceReading) -> bool:
    merchant = reading.merchant

    def fetch(since: datetime | None, after: str) -> StripePage[BalanceEntry]:
        return stripe_gateway.list_balance(merchant, since, after)

    return _walk(reading, fetch, lambda entries: store_transactions(merchant, entries), OVERLAP)


def _read_payouts(reading: BalanceReading) -> bool:
    merchant = reading.merchant

    def fetch(since: datetime | None, after: str) -> StripePage[PayoutEntry]:
        return stripe_gateway.list_payouts(merchant, since, after)

    more = _walk(reading, fetch, lambda entries: store_payouts(merchant, entries), PAYOUT_OVERLAP)
    unread = list(
        Payout.select()
        .where(Payout.merchant == merchant, Payout.automatic, Payout.contents_at.is_null())
        .order_by(Payout.id)
        .limit(MOST_PAYOUTS + 1)
    )
    for payout in unread[:MOST_PAYOUTS]:
        payout.merchant = merchant
        more = not _read_contents(payout) or more
    return more or len(unread) > MOST_PAYOUTS


def _walk(
    reading: BalanceReading, fetch: Fetch[Entry], store: Callable[[list[Entry]], None], overlap: timedelta
) -> bool:
    """Read the new pages, then the old ones. Return whether more are left for the next run."""
    pages = MOST_PAGES
    if reading.newest_at is not None:
        pages = _read_new(reading, fetch, store, overlap)
        if reading.new_after:
            return True
    while pages > 0 and not reading.old_done:
        page = fetch(None, reading.old_after)
        store(page.entries)
        if page.entries:
            reading.newest_at = reading.newest_at or page.entries[0].created
            reading.old_after = page.entries[-1].id
        # An account without any is read again from the beginning.
        reading.old_done = not page.more and reading.newest_at is not None
        reading.save()
        pages = pages - 1 if page.more else 0
    return not reading.old_done and reading.newest_at is not None


def _read_new(
    reading: BalanceReading, fetch: Fetch[Entry], store: Callable[[list[Entry]], None], overlap: timedelta
) -> int:
    """Read what is new; return how many pages of the run are left."""
    for left in reversed(range(MOST_PAGES)):
        page = fetch(BalanceReading.earlier(reading.newest_at, overlap), reading.new_after)
        store(page.entries)
        if page.entries:
            reading.next_newest_at = reading.next_newest_at or page.entries[0].created
            reading.new_after = page.entries[-1].id
        if not page.more:
            reading.newest_at = reading.next_newest_at or reading.newest_at
            reading.new_after, reading.next_newest_at = "", None
        reading.save()
        if not page.more:
            return left
    return 0


def _read_contents(payout: Payout) -> bool:
    """Read what the payout contains. Return whether that was all."""
    for _number in range(MOST_PAGES):
        page = stripe_gateway.list_payout_contents(payout, payout.contents_after)
        store_contents(payout, page.entries)
        payout.contents_after = page.entries[-1].id if page.entries else payout.contents_after
        payout.contents_at = None if page.more else now()
        payout.save()
        if not page.more:
            return True
    return False
