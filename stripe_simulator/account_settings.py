"""Settings of an account that change while it is connected: `POST /simulator/accounts/<account>`.

api_version     the account's default API version: events from `GET /v1/events` have its shape
charges_enabled  false: the account is restricted, and refuses charges in both modes
lacks           permissions withdrawn from all its secret and restricted keys, such as ["charge_write"]
deauthorized    true: its keys have no access to the account any more
requires_return_url  true: every confirmation needs a `return_url`, as if all intents were automatic
redirects       true: a 3-D Secure check redirects the page if the confirmation has a `return_url`
newer_challenge true: the 3-D Secure page has the newer frame name, and buttons without ids
expired         pairs whose secret key has expired: ["first"], ["second"], or both
wallets         wallets that browsers have and its domains are good for, such as ["apple_pay", "google_pay", "link"]
finalization_fails  true: invoices of renewals can't be finalized, as when the customer's address has no tax rate
"""

import re
from dataclasses import replace
from typing import Any

from stripe_simulator import API_VERSION, accounts
from stripe_simulator.accounts import Account
from stripe_simulator.errors import StripeError, invalid
from stripe_simulator.keys import PUBLISHABLE, Key, Realm, expired, mask
from stripe_simulator.store import Json, Store

KIND = "account_settings"
DEFAULTS: Json = {
    "api_version": API_VERSION,
    "charges_enabled": None,
    "lacks": [],
    "deauthorized": False,
    "finalization_fails": False,
    "requires_return_url": False,
    "redirects": False,
    "newer_challenge": False,
    "wallets": [],
    "expired": [],
}
PAIRS = ("first", "second")
WALLETS = ("apple_pay", "google_pay", "link")
VERSION = re.compile(r"20\d\d-\d\d-\d\d(\.[a-z]+)?")


def read(store: Store, account: Account) -> Json:
    """Return the settings of an account, the same in both modes."""
    found = store.find(Realm(account, False), KIND, settings_id(account)) or {}
    return {name: found.get(name, default) for name, default in DEFAULTS.items()}


def update(store: Store, account: Account, changes: Json) -> Json:
    """Change the given settings. Raises StripeError 400 for unknown names or invalid values."""
    for name, value in changes.items():
        check(name, value)
    updated = read(store, account) | changes
    store.save(Realm(account, False), updated | {"id": settings_id(account), "object": KIND})
    return updated


def check(name: str, value: Any) -> None:
    valid = {
        "api_version": isinstance(value, str) and VERSION.fullmatch(value) is not None,
        "charges_enabled": value is None or isinstance(value, bool),
        "lacks": isinstance(value, list) and all(isinstance(one, str) for one in value),
        "deauthorized": isinstance(value, bool),
        "finalization_fails": isinstance(value, bool),
        "requires_return_url": isinstance(value, bool),
        "redirects": isinstance(value, bool),
        "newer_challenge": isinstance(value, bool),
        "expired": isinstance(value, list) and set(value) <= set(PAIRS),
        "wallets": isinstance(value, list) and set(value) <= set(WALLETS),
    }
    if not valid.get(name, False):
        raise invalid(f"{name} is unknown or has a wrong value; known are {', '.join(DEFAULTS)}", param=name)


def settings_id(account: Account) -> str:
    return f"settings_{account.id}"


def apply(store: Store, key: Key) -> Key:
    """The key with what has changed since it was made. Raises StripeError: 403 if the account is deauthorized, 401."""
    account = key.realm.account
    settings = read(store, account)
    if key.kind != PUBLISHABLE and ("second" if accounts.SECOND in key.text else "first") in settings["expired"]:
        raise expired(key)
    if settings["deauthorized"]:
        message = (
            f"The provided key '{mask(key.text)}' does not have access to account '{account.id}' (or that account "
            "does not exist). Application access may have been revoked."
        )
        raise StripeError(403, "invalid_request_error", message, code="account_invalid")
    if settings["charges_enabled"] is not None:
        changed = replace(
            account, charges_enabled=settings["charges_enabled"], restricted=not settings["charges_enabled"]
        )
        key = replace(key, realm=replace(key.realm, account=changed))
    if settings["lacks"] and key.kind != PUBLISHABLE:
        key = replace(key, missing_permissions=key.missing_permissions | set(settings["lacks"]))
    return key
