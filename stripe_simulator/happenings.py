"""What happens later, by itself: refunds that settle or fail, disputes, payments in processing, renewals."""

from collections.abc import Callable
from dataclasses import dataclass

from stripe_simulator import accounts
from stripe_simulator.call import Call
from stripe_simulator.keys import Realm
from stripe_simulator.resources import (
    collecting,
    dispute,
    dispute_end,
    processing,
    refund_end,
    renewal,
    schedule_course,
    subscription,
    subscription_end,
)
from stripe_simulator.store import Json, Store

# Each takes the id it was planned for, and says whether it still came to anything.
HAPPENINGS: dict[str, Callable[[Call, str], bool]] = {
    "refund_succeeds": refund_end.succeed,
    "refund_fails": refund_end.fail,
    "dispute_opens": dispute.open_for_card,
    "dispute_is_won": dispute_end.win,
    "dispute_is_lost": dispute_end.lose,
    "dispute_expires": dispute_end.expire,
    "processing_ends": processing.end,
    "first_payment_is_over": subscription.first_payment_is_over,
    "trial_will_end": renewal.trial_will_end,
    "subscription_renews": renewal.renew,
    "subscription_is_canceled": subscription_end.when_due,
    "collection_resumes": renewal.collection_resumes,
    "schedule_phase_ends": schedule_course.phase_ends,
    "invoice_is_finalized": collecting.finalize,
    "invoice_is_tried_again": collecting.try_again,
}
BY_ID = {account.id: account for account in accounts.ACCOUNTS}


COLUMNS = "id, account, livemode, what, subject, due, deadline"


@dataclass(frozen=True)
class Planned:
    """One thing that waits for its time. `due` is a deadline's own moment, in seconds since 1970."""

    id: int
    realm: Realm
    what: str
    subject: str
    due: int | None

    def happen(self, call: Call) -> Json:
        """Once only, whoever gets there first: `{"happened": true or false}`."""
        taken = call.store.db.execute("DELETE FROM later WHERE id = ?", (self.id,)).rowcount == 1
        return {"happened": taken and HAPPENINGS[self.what](call, self.subject)}


def waiting(store: Store) -> list[Planned]:
    """Everything that isn't a deadline, in its order."""
    return rows(store, "NOT deadline")


def next_due(store: Store, until: float) -> Planned | None:
    """What is due first until then by everybody's clock: one thing may bring about the next."""
    return next(iter(rows(store, "due <= ? AND clock IS NULL", until)), None)


def next_of_clock(call: Call, clock_id: str, until: float) -> tuple[int, Planned] | None:
    """What is due first until then by a test clock, and when."""
    for row in rows(call.store, "due <= ? AND clock = ?", until, clock_id):
        return row.due or call.now, row
    return None


def rows(store: Store, where: str, *values: float | str) -> list[Planned]:
    query = f"SELECT {COLUMNS} FROM later WHERE {where} ORDER BY due, id"  # noqa: S608 - conditions of this module
    with store.lock:
        found = store.db.execute(query, values).fetchall()
    return [
        Planned(row[0], Realm(BY_ID[row[1]], bool(row[2])), row[3], row[4], int(row[5]) if row[6] else None)
        for row in found
    ]
