"""Importing all subscriptions of a merchant in the worker, page by page."""

import time

from storefront.db import db
from storefront.errors import FieldErrors, SecretUnreadable, StripeError
from storefront.isolation import Run
from storefront.models import Merchant, SubscriptionImport, now
from storefront.subscriptions.importing.adoption import adopt
from storefront.subscriptions.importing.candidates import CandidatePage, ImportObstacle, list_candidates
from storefront.subscriptions.importing.imported_offers import find_or_create_offer

PER_PAGE = 50
# The worker has few threads: it does other jobs between two runs of so many seconds.
RUN_SECONDS = 20


def start_import(merchant: Merchant) -> None:
    """Let the worker import all that can be imported, from the beginning. Nothing if it does so already."""
    with db.atomic():
        Merchant.lock_row(merchant.id)
        row = import_of(merchant)
        if row is not None and row.is_running:
            return
        SubscriptionImport.delete().where(SubscriptionImport.merchant == merchant).execute()
        SubscriptionImport.create(merchant=merchant)


def stop_import(merchant: Merchant) -> None:
    """Let the worker stop after the present page. What is imported stays."""
    unfinished = SubscriptionImport.finished_at.is_null()
    SubscriptionImport.update(finished_at=now()).where(SubscriptionImport.merchant == merchant, unfinished).execute()


def import_of(merchant: Merchant) -> SubscriptionImport | None:
    """The latest import of all subscriptions of the merchant; None if there was none."""
    found: SubscriptionImport | None = SubscriptionImport.get_or_none(SubscriptionImport.merchant == merchant)
    return found


def continue_imports() -> Run:
    """Go on with the imports that run, for some seconds each. One of which Stripe can't be asked is tried again."""
    run = Run()
    running = (
        SubscriptionImport.select(SubscriptionImport, Merchant)
        .join(Merchant)
        .where(SubscriptionImport.finished_at.is_null(), Merchant.disconnected_at.is_null())
    )
    run.each(lambda: running, _continue, name=lambda row: f"import of {row.merchant.name}")
    return run


def _continue(row: SubscriptionImport) -> None:
    started = time.monotonic()
    try:
        while row.is_running and time.monotonic() - started < RUN_SECONDS:
            _import_page(row)
            row = SubscriptionImport.get_by_id(row.id)
    except (StripeError, SecretUnreadable) as error:
        SubscriptionImport.update(problem=type(error).__name__[:20]).where(SubscriptionImport.id == row.id).execute()
        raise


def _import_page(row: SubscriptionImport) -> None:
    page = list_candidates(row.merchant, row.cursor, PER_PAGE)
    adopted, left_out = _adopt_page(row.merchant, page)
    # A second worker may have done this page, too.
    SubscriptionImport.update(
        cursor=page.next,
        seen=SubscriptionImport.seen + len(page.candidates),
        adopted=SubscriptionImport.adopted + adopted,
        left_out=SubscriptionImport.left_out + left_out,
        problem="",
        finished_at=None if page.next else now(),
    ).where(
        SubscriptionImport.id == row.id,
        SubscriptionImport.cursor == row.cursor,
        SubscriptionImport.finished_at.is_null(),
    ).execute()


def _adopt_page(merchant: Merchant, page: CandidatePage) -> tuple[int, int]:
    """How many were adopted, and how many can't be."""
    refused = [one for one in page.candidates if one.obstacle not in (None, ImportObstacle.ALREADY_HERE)]
    adopted, left_out = 0, len(refused)
    for candidate in page.importable:
        try:
            offer = find_or_create_offer(merchant, candidate.found)
        except FieldErrors:
            left_out += 1
            continue
        adopted += adopt(merchant, candidate.found, offer)
    return adopted, left_out
