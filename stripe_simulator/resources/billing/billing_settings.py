"""Billing settings of an account: when declined renewals are retried, and what happens after the last attempt.

A simplified version of Smart Retries with fixed days. `POST /simulator/billing` changes it per account and mode.
"""

from typing import Any

from stripe_simulator.errors import invalid
from stripe_simulator.keys import Realm
from stripe_simulator.store import Json, Store

KIND = "billing_settings"
HOUR = 60 * 60
# retry_days: days from each failure to the next attempt. afterwards: the subscription's status after the last attempt.
# draft_seconds: how long a renewal's invoice stays a draft before it is finalized and paid.
DEFAULTS: Json = {"retry_days": [3, 5, 7], "afterwards": "canceled", "draft_seconds": HOUR}
FINAL_STATUSES = ("canceled", "unpaid", "past_due")


def read(store: Store, realm: Realm) -> Json:
    """Return `{"retry_days", "afterwards", "draft_seconds"}` of an account in a mode."""
    found = store.find(realm, KIND, settings_id(realm)) or {}
    return {name: found.get(name, default) for name, default in DEFAULTS.items()}


def update(store: Store, realm: Realm, changes: Json) -> Json:
    """Change the given settings. Raises StripeError 400 for unknown names or invalid values."""
    for name, value in changes.items():
        check(name, value)
    updated = read(store, realm) | changes
    store.save(realm, updated | {"id": settings_id(realm), "object": KIND})
    return updated


def check(name: str, value: Any) -> None:
    if name == "afterwards":
        valid, message = value in FINAL_STATUSES, f"one of {', '.join(FINAL_STATUSES)}"
    elif name == "retry_days":
        valid = isinstance(value, list) and all(isinstance(one, int | float) and one > 0 for one in value)
        message = "a list of numbers of days"
    else:
        valid = name == "draft_seconds" and isinstance(value, int | float) and value >= 0
        message = "a number of seconds; the others are retry_days and afterwards"
    if not valid:
        raise invalid(f"{name} must be {message}", param=name)


def settings_id(realm: Realm) -> str:
    return f"billing_{realm.account.id}_{realm.mode}"
