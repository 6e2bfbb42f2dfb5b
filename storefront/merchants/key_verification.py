"""What a pair of keys is: its shapes, its mode, and everything that Stripe will say about it."""

import re
from dataclasses import dataclass

from storefront import stripe_gateway
from storefront.errors import (
    FieldErrors,
    StripeBroken,
    StripeError,
    StripeKeyInvalid,
    StripePermissionMissing,
    StripeUnreachable,
)
from storefront.stripe_gateway import Credentials

_KEY = re.compile(r"(?P<kind>pk|sk|rk)_(?P<mode>test|live)_[A-Za-z0-9_]{1,240}")


@dataclass(frozen=True)
class KeyFacts:
    """What Stripe said about a pair of keys; `lacks` are codes of what a restricted key may not do."""

    stripe_account_id: str | None
    country: str | None
    default_currency: str | None
    charges_enabled: bool | None
    currencies: list[str] | None
    descriptor_prefix: str
    pair_verified: bool
    lacks: list[str]


def mode_of_keys(credentials: Credentials) -> str:
    """`test` or `live`, when the keys have the right shapes and one mode. Raises FieldErrors."""
    publishable, secret = _KEY.fullmatch(credentials.publishable_key), _KEY.fullmatch(credentials.secret_key)
    errors: dict[str, list[str]] = {}
    if publishable is None or publishable["kind"] != "pk":
        errors["publishable_key"] = ["secret_in_publishable" if publishable else "not_publishable"]
    if secret is None or secret["kind"] == "pk":
        errors["secret_key"] = ["publishable_in_secret" if secret else "not_secret"]
    if errors or publishable is None or secret is None:
        raise FieldErrors(errors)
    if publishable["mode"] != secret["mode"]:
        raise FieldErrors({"secret_key": ["mixed_modes"]}, publishable=publishable["mode"], secret=secret["mode"])
    return publishable["mode"]


def verify_keys(credentials: Credentials) -> KeyFacts:
    """Everything Stripe will say. Raises FieldErrors for keys that can't be used, StripeError.

    If the error `is_transient`, nothing is known about the keys: nothing is saved then, and what was typed stays.
    """
    lacks: list[str] = []
    account = None
    try:
        account = stripe_gateway.retrieve_account(credentials)
    except StripeKeyInvalid as error:
        raise FieldErrors({"secret_key": ["key_invalid"]}) from error
    except StripePermissionMissing:
        lacks.append("account")
    verified = _pair_verified(credentials, lacks)
    return KeyFacts(
        stripe_account_id=account.id if account else None,
        country=account.country if account else None,
        default_currency=account.default_currency if account else None,
        charges_enabled=account.charges_enabled if account else None,
        currencies=_currencies(credentials, account.country if account else None),
        descriptor_prefix=account.descriptor_prefix if account else "",
        pair_verified=verified,
        lacks=lacks,
    )


def _pair_verified(credentials: Credentials, lacks: list[str]) -> bool:
    """Refuse only what is surely wrong: an intent that isn't there, or a key Stripe doesn't know."""
    try:
        if stripe_gateway.keys_are_one_pair(credentials):
            return True
    except StripeKeyInvalid as error:
        # The account answered to the secret key (or it may not be read): then it is the other one, unless it wasn't.
        field = "secret_key" if "account" in lacks and credentials.secret_key[-4:] in error.message else ""
        raise FieldErrors({field or "publishable_key": ["key_invalid"]}) from error
    except StripePermissionMissing:
        lacks.append("setup_intents")
        return False
    except StripeError:
        return False
    raise FieldErrors({"publishable_key": ["not_a_pair"]})


def _currencies(credentials: Credentials, country: str | None) -> list[str] | None:
    if country is None:
        return None
    try:
        return stripe_gateway.chargeable_currencies(credentials, country)
    except StripeError:
        # Not knowing refuses nothing: Stripe itself refuses a currency when the intent is made.
        return None


def no_answer_code(error: StripeError) -> str:
    """Why Stripe gave no answer: unreachable, broken or busy."""
    kinds = {StripeUnreachable: "unreachable", StripeBroken: "broken"}
    return kinds.get(type(error), "busy")
