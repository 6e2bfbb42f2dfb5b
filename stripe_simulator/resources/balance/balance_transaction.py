"""Balance transactions: what each charge, refund, dispute and payout does to the account's balance.

docs.stripe.com/api/balance_transactions. All are in the account's own currency; others are converted.
"""

from typing import Any

from stripe_simulator.api.call import Call
from stripe_simulator.errors import invalid
from stripe_simulator.ids import new_id
from stripe_simulator.resources.balance import fees
from stripe_simulator.resources.pagination import paginate_stored
from stripe_simulator.store import Json

KIND = "balance_transaction"
DAY = 24 * 60 * 60
DAYS_UNTIL_AVAILABLE = 2
# The internal field with the payout that contains a transaction: "" while there is none.
PAYOUT = "_payout"
SOURCES = {"ch": "charge", "re": "refund", "du": "dispute", "po": "payout"}


def of_charge(call: Call, charge: Json) -> None:
    """Record the money of a captured charge."""
    rate = rate_of(call, charge)
    amount = fees.converted(charge["amount_captured"], rate)
    fee = fees.processing_fee(amount, call.realm.account.currency)
    made = create(call, "charge", amount, fee=fee, source=charge["id"], rate=rate)
    charge["balance_transaction"] = made["id"]
    call.save(charge)


def of_refund(call: Call, refund: Json) -> Json:
    """Record a refund. Its charge's fee is not returned."""
    rate = rate_of(call, refund)
    amount = fees.converted(refund["amount"], rate)
    return create(call, "refund", -amount, source=refund["id"], rate=rate)


def of_failed_refund(call: Call, refund: Json) -> Json:
    """Record that the money of a refund came back."""
    rate = rate_of(call, refund)
    amount = fees.converted(refund["amount"], rate)
    return create(call, "refund_failure", amount, source=refund["id"], rate=rate)


def of_dispute(call: Call, dispute: Json) -> None:
    """Record that the bank has withdrawn the disputed money, and the fee for it."""
    rate = rate_of(call, dispute)
    amount = fees.converted(dispute["amount"], rate)
    fee = fees.dispute_fee(call.realm.account.currency)
    add_to_dispute(call, dispute, create(call, "adjustment", -amount, "dispute", fee, dispute["id"], rate))


def of_won_dispute(call: Call, dispute: Json) -> None:
    """Record that everything that the dispute took came back; nothing if it took nothing."""
    taken = [one for one in dispute["balance_transactions"] if one["reporting_category"] == "dispute"]
    for one in taken[:1]:
        made = create(
            call, "adjustment", -one["amount"], "dispute_reversal", -one["fee"], dispute["id"], rate_of(call, dispute)
        )
        add_to_dispute(call, dispute, made)


def add_to_dispute(call: Call, dispute: Json, made: Json) -> None:
    dispute["balance_transactions"] = [*dispute["balance_transactions"], rendered(call, made)]
    call.save(dispute)


def rate_of(call: Call, obj: Json) -> Any:
    return fees.exchange_rate(obj["currency"], call.realm.account.currency)


def create(
    call: Call, type_: str, amount: int, category: str = "", fee: int = 0, source: str | None = None, rate: Any = None
) -> Json:
    """Save a transaction of this amount in minor units, and have it paid out when it is available."""
    is_paid_out_itself = type_ == "payout"
    days = 0 if is_paid_out_itself else DAYS_UNTIL_AVAILABLE
    made = call.save(
        {
            "id": new_id("txn", call.realm.account.id),
            "object": KIND,
            "amount": amount,
            "available_on": (call.now // DAY + days) * DAY if days else call.now,
            "balance_type": "payments",
            "created": call.now,
            "currency": call.realm.account.currency,
            "description": "STRIPE PAYOUT" if is_paid_out_itself else None,
            "exchange_rate": None if rate is None else float(rate),
            "fee": fee,
            "fee_details": [fee_detail(call, fee)] if fee else [],
            "net": amount - fee,
            "reporting_category": category or type_,
            "source": source,
            "type": type_,
            PAYOUT: "",
        }
    )
    if not is_paid_out_itself:
        schedule_payout(call, made["available_on"])
    return made


def fee_detail(call: Call, fee: int) -> Json:
    return {
        "amount": fee,
        "application": None,
        "currency": call.realm.account.currency,
        "description": "Stripe processing fees",
        "type": "stripe_fee",
    }


def schedule_payout(call: Call, due: int) -> None:
    """Pay out what is available then: one payout a day."""
    query = (
        "SELECT 1 FROM later WHERE clock IS ? AND due = ? AND what = 'payout_is_made' AND account = ? AND livemode = ?"
    )
    values = (call.test_clock, due, call.realm.account.id, call.realm.livemode)
    if call.store.db.execute(query, values).fetchone() is None:
        call.schedule("payout_is_made", f"balance_{call.realm.account.id}", deadline=due)


def rendered(call: Call, transaction: Json) -> Json:
    """The transaction with its status: pending until the day on which it is available."""
    status = "available" if transaction["available_on"] <= call.now else "pending"
    return {name: value for name, value in transaction.items() if not name.startswith("_")} | {"status": status}


def retrieve(call: Call) -> Json:
    return rendered(call, call.get(KIND, call.ids["id"]))


def list_all(call: Call) -> Json:
    """Filters: `type`, `source`, `currency`, `created`, and `payout`, which takes an automatic one only."""
    equal: Json = {}
    if "payout" in call.params:
        payout = call.get("payout", call.params["payout"], param="payout")
        if not payout["automatic"]:
            raise invalid(
                "Balance transaction history can only be filtered on automatic transfers, not manual.", param="payout"
            )
        equal[PAYOUT] = payout["id"]
    page = paginate_stored(call, KIND, "/v1/balance_transactions", "source", "type", "currency", equal=equal)
    return page | {"data": [rendered(call, one) for one in page["data"]]}


def source_object(call: Call, transaction: Json) -> Json | None:
    """The expanded source."""
    kind = SOURCES.get(str(transaction["source"]).split("_", maxsplit=1)[0])
    return call.store.find(call.realm, kind, transaction["source"]) if kind else None
