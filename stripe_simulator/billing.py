"""What an owner chooses in Stripe's Billing settings: when a declined renewal is tried again, and what comes then.

A stand-in for Smart Retries: fixed days. `POST /simulator/billing` changes it, per account and mode.
"""

from typing import Any

from stripe_simulator.errors import invalid
from stripe_simulator.keys import Realm
from stripe_simulator.store import Json, Store

KIND = "billing_settings"
HOUR = 60 * 60
# retry_days: after each failure that many days until the next try; then `afterwards` is what becomes of the
# subscription. draft_seconds: how long a renewal's invoice can be changed before it is finalized and paid.
DEFAULTS: Json = {"retry_days": [3, 5, 7], "afterwards": "canceled", "draft_seconds": HOUR}
AFTERWARDS = ("canceled", "unpaid", "past_due")


def settings(store: Store, realm: Realm) -> Json:
    """`{"retry_days", "afterwards", "draft_seconds"}` of an account in a mode."""
    found = store.find(realm, KIND, id_in(realm)) or {}
    return {name: found.get(name, default) for name, default in DEFAULTS.items()}


def choose(store: Store, realm: Realm, wanted: Json) -> Json:
    """Changes what is named. Raises StripeError 400 for anything else."""
    for name, value in wanted.items():
        check(name, value)
    chosen = settings(store, realm) | wanted
    store.save(realm, chosen | {"id": id_in(realm), "object": KIND})
    return chosen


def check(name: str, value: Any) -> None:
    if name == "afterwards":
        good, words = value in AFTERWARDS, f"one of {', '.join(AFTERWARDS)}"
    elif name == "retry_days":
        good = isinstance(value, list) and all(isinstance(one, int | float) and one > 0 for one in value)
        words = "a list of numbers of days"
    else:
        good = name == "draft_seconds" and isinstance(value, int | float) and value >= 0
        words = "a number of seconds; the others are retry_days and afterwards"
    if not good:
        raise invalid(f"{name} must be {words}", param=name)


def id_in(realm: Realm) -> str:
    return f"billing_{realm.account.id}_{realm.mode}"
