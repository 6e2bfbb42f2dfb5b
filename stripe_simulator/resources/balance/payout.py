"""Payouts: money that leaves the balance for the account's bank (docs.stripe.com/api/payouts)."""

from stripe_simulator.api.call import Call
from stripe_simulator.errors import invalid, unexpected_state
from stripe_simulator.ids import new_id
from stripe_simulator.resources.balance import balance_transaction
from stripe_simulator.resources.balance.balance_transaction import DAY, PAYOUT
from stripe_simulator.resources.pagination import paginate_stored
from stripe_simulator.store import Json
from stripe_simulator.webhooks import events

KIND = "payout"
DAYS_ON_THE_WAY = 1


def pay_when_due(call: Call, _subject: str) -> bool:
    """Make the day's automatic payout."""
    return pay_available(call, everything=False) is not None


def pay_on_request(call: Call) -> Json:
    """Pay out the whole balance now, also what is not available yet; with `manual`, as if the owner had asked for it.

    Raises StripeError 400 if nothing is left to pay out.
    """
    made = pay_available(call, everything=True, automatic=not call.params.get("manual"))
    if made is None:
        raise invalid("The balance has nothing to pay out.")
    return made


def pay_available(call: Call, *, everything: bool, automatic: bool = True) -> Json | None:
    """Pay out all transactions that no payout has; None if they are not more than 0 together."""
    free = [
        one
        for one in call.store.where(call.realm, balance_transaction.KIND, PAYOUT, "")
        if everything or one["available_on"] <= call.now
    ]
    amount = sum(one["net"] for one in free)
    if amount <= 0:
        return None
    payout = build(call, amount, automatic=automatic)
    own = balance_transaction.create(call, "payout", -amount, source=payout["id"])
    for one in [*free, own]:
        call.save(one | {PAYOUT: payout["id"]})
    payout["balance_transaction"] = own["id"]
    call.save(payout)
    events.emit(call, "payout.created", payout)
    call.schedule("payout_arrives", payout["id"], deadline=payout["arrival_date"])
    return payout


def build(call: Call, amount: int, *, automatic: bool) -> Json:
    return {
        "id": new_id("po", call.realm.account.id),
        "object": KIND,
        "amount": amount,
        "application_fee": None,
        "application_fee_amount": None,
        "arrival_date": (call.now // DAY + DAYS_ON_THE_WAY) * DAY,
        "automatic": automatic,
        "balance_transaction": None,
        "created": call.now,
        "currency": call.realm.account.currency,
        "description": "STRIPE PAYOUT",
        "destination": f"ba_{call.realm.account.id.removeprefix('acct_')}",
        "failure_balance_transaction": None,
        "failure_code": None,
        "failure_message": None,
        "livemode": call.realm.livemode,
        "metadata": {},
        "method": "standard",
        "original_payout": None,
        "payout_method": None,
        "reconciliation_status": "completed" if automatic else "not_applicable",
        "reversed_by": None,
        "source_type": "card",
        "statement_descriptor": None,
        "status": "in_transit",
        "trace_id": None,
        "type": "bank_account",
    }


def arrive(call: Call, id_: str) -> bool:
    """The bank has the money."""
    payout = call.get(KIND, id_)
    if payout["status"] != "in_transit":
        return False
    payout["status"] = "paid"
    events.emit(call, "payout.paid", call.save(payout))
    return True


def fail_on_request(call: Call) -> Json:
    """The bank sends the money of `payout` back: it is in the balance again. Raises StripeError 400."""
    payout = call.get(KIND, str(call.params.get("payout")), param="payout")
    if payout["status"] not in ("in_transit", "paid"):
        raise unexpected_state(f"This payout has a status of {payout['status']}.")
    back = balance_transaction.create(call, "payout_failure", payout["amount"], "payout_reversal", source=payout["id"])
    payout.update(
        status="failed",
        failure_balance_transaction=back["id"],
        failure_code="account_closed",
        failure_message="The bank account has been closed",
    )
    events.emit(call, "payout.failed", call.save(payout))
    return payout


def retrieve(call: Call) -> Json:
    return call.get(KIND, call.ids["id"])


def list_all(call: Call) -> Json:
    return paginate_stored(call, KIND, "/v1/payouts", "status", "destination")
