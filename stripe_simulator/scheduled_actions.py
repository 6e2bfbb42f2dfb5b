"""Actions that run later: refund results, disputes, payments in processing, renewals, retries."""

from collections.abc import Callable
from dataclasses import dataclass

from stripe_simulator import accounts
from stripe_simulator.api.call import Call
from stripe_simulator.keys import Realm
from stripe_simulator.resources.balance import payout
from stripe_simulator.resources.billing import invoice_collection
from stripe_simulator.resources.payments import dispute, dispute_resolution, processing, refund_resolution
from stripe_simulator.resources.subscriptions import (
    cancellation,
    pending_expiry,
    renewal,
    resumption,
    schedule_progress,
    subscription,
)
from stripe_simulator.store import Json, Store

# Each takes the id of its object and returns whether it had an effect.
ACTIONS: dict[str, Callable[[Call, str], bool]] = {
    "refund_succeeds": refund_resolution.succeed,
    "refund_fails": refund_resolution.fail,
    "dispute_opens": dispute.open_for_test_card,
    "dispute_is_won": dispute_resolution.win,
    "dispute_is_lost": dispute_resolution.lose,
    "dispute_expires": dispute_resolution.expire,
    "payout_arrives": payout.arrive,
    "payout_is_made": payout.pay_when_due,
    "processing_ends": processing.finish,
    "first_payment_is_over": subscription.expire_first_payment,
    "trial_will_end": renewal.trial_will_end,
    "subscription_renews": renewal.renew,
    "subscription_is_canceled": cancellation.cancel_when_due,
    "collection_resumes": renewal.resume_collection,
    "resumption_is_attempted": resumption.attempt,
    "resumption_expires": resumption.expire,
    "pending_update_expires": pending_expiry.expire,
    "schedule_phase_ends": schedule_progress.end_phase,
    "invoice_is_finalized": invoice_collection.finalize,
    "invoice_is_tried_again": invoice_collection.retry,
}
BY_ID = {account.id: account for account in accounts.ACCOUNTS}


COLUMNS = "id, account, livemode, what, subject, due, deadline"


@dataclass(frozen=True)
class ScheduledAction:
    """One action that waits for its time. `due` is its deadline in seconds since 1970, or None without a deadline."""

    id: int
    realm: Realm
    what: str
    subject: str
    due: int | None

    def run(self, call: Call) -> Json:
        """Run the action at most once: `{"happened": true or false}`."""
        claimed = call.store.db.execute("DELETE FROM later WHERE id = ?", (self.id,)).rowcount == 1
        return {"happened": claimed and ACTIONS[self.what](call, self.subject)}


def list_pending(store: Store) -> list[ScheduledAction]:
    """Return every action without a deadline, in order."""
    return query_actions(store, "NOT deadline")


def next_due(store: Store, until: float) -> ScheduledAction | None:
    """Return the first action that is due by then on the common clock; an action may schedule the next one."""
    return next(iter(query_actions(store, "due <= ? AND clock IS NULL", until, limit=1)), None)


def next_due_of_clock(call: Call, clock_id: str, until: float) -> tuple[int, ScheduledAction] | None:
    """Return the first action that is due by then on a test clock, with its time."""
    for row in query_actions(call.store, "due <= ? AND clock = ?", until, clock_id, limit=1):
        return row.due or call.now, row
    return None


def query_actions(store: Store, where: str, *values: float | str, limit: int = -1) -> list[ScheduledAction]:
    query = f"SELECT {COLUMNS} FROM later WHERE {where} ORDER BY due, id LIMIT {limit}"  # noqa: S608 - of this module
    with store.lock:
        found = store.db.execute(query, values).fetchall()
    return [
        ScheduledAction(row[0], Realm(BY_ID[row[1]], bool(row[2])), row[3], row[4], int(row[5]) if row[6] else None)
        for row in found
    ]
