"""What happens later, by itself: refunds that settle or fail, disputes, payments in the bank's processing."""

from collections.abc import Callable
from dataclasses import dataclass

from stripe_simulator import accounts
from stripe_simulator.call import Call
from stripe_simulator.keys import Realm
from stripe_simulator.resources import dispute, dispute_end, processing, refund_end
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
}
BY_ID = {account.id: account for account in accounts.ACCOUNTS}


@dataclass(frozen=True)
class Planned:
    """One thing that waits for its time."""

    id: int
    realm: Realm
    what: str
    subject: str

    def happen(self, call: Call) -> Json:
        """Once only, whoever gets there first: `{"happened": true or false}`."""
        taken = call.store.db.execute("DELETE FROM later WHERE id = ?", (self.id,)).rowcount == 1
        return {"happened": taken and HAPPENINGS[self.what](call, self.subject)}


def waiting(store: Store, until: float | None) -> list[Planned]:
    """What is due until then, in its order; without a moment everything that isn't a deadline."""
    with store.lock:
        rows = store.db.execute(
            "SELECT id, account, livemode, what, subject FROM later "
            "WHERE CASE WHEN ?1 IS NULL THEN NOT deadline ELSE due <= ?1 END ORDER BY due, id",
            (until,),
        ).fetchall()
    return [Planned(row[0], Realm(BY_ID[row[1]], bool(row[2])), row[3], row[4]) for row in rows]
