"""What pages and periodic jobs look for is found by indexes of the few rows in question, however many others exist."""

from collections.abc import Callable

import pytest
from flask import Flask

from benchmarks.grow import grow
from storefront import db, payments, subscriptions
from storefront.models import Decline, Dispute, Merchant, Order, TimelineKind, WebhookEvent
from storefront.worker import reconciliation
from tests import databases

LOOKUPS: dict[str, Callable[[], object]] = {
    "subscription_new_price": lambda: list(subscriptions.due_price_changes(Merchant.get())),
    "dispute_needs_response": lambda: Dispute.waiting_for_evidence(20),
    "timeline_entry_declines": payments.recently_reached_limits,
    "decline_offer_id_at": lambda: Decline.count_recent(offer_id=1, merchant_id=1),
    "decline_merchant_id_at": lambda: Decline.count_recent(offer_id=1, merchant_id=1),
}
if not databases.IS_POSTGRESQL:
    # PostgreSQL decides by its statistics, and there are few rows here.
    LOOKUPS["payment_unfinished"] = lambda: list(reconciliation.due_payments())


@pytest.fixture
def grown(app: Flask) -> Flask:
    grow(60)
    Order.get().note(TimelineKind.TOO_MANY_DECLINES)
    return app


@pytest.mark.parametrize("index", LOOKUPS)
def test_lookups_use_their_index(index: str, grown: Flask) -> None:
    assert index in plans_of(LOOKUPS[index])


def test_the_oldest_waiting_event_is_found_without_sorting_all_that_wait(grown: Flask) -> None:
    plan = plans_of(WebhookEvent.oldest_waiting)
    assert "handled_at" in plan or "webhook_event_waiting" in plan
    assert "TEMP B-TREE" not in plan and "Sort" not in plan


def plans_of(look: Callable[[], object]) -> str:
    """How the database executes the queries of `look`. PostgreSQL reads such small tables completely if it may."""
    plans: list[str] = []
    database = db.db.obj
    execute = database.execute_sql
    explain = "EXPLAIN " if databases.IS_POSTGRESQL else "EXPLAIN QUERY PLAN "

    def recording(sql: str, *args: object, **kwargs: object) -> object:
        if sql.startswith("SELECT"):
            plans.extend(str(row[-1]) for row in execute(explain + sql, *args, **kwargs).fetchall())
        return execute(sql, *args, **kwargs)

    with db.connection():
        if databases.IS_POSTGRESQL:
            execute("SET enable_seqscan = off")
        database.execute_sql = recording
        try:
            look()
        finally:
            del database.execute_sql
            if databases.IS_POSTGRESQL:
                execute("RESET enable_seqscan")
    return "\n".join(plans)
