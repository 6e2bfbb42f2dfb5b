"""Verification of a pair of API keys: their format and mode, and what Stripe says about them."""

import re
from contextlib import suppress
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
    """What Stripe said about a pair of keys. None for what a restricted key may not read.

    `lacks` are codes of permissions that the restricted key does not have: account, setup_intents, balance.
    """

    stripe_account_id: str | None
    country: str | None
    default_currency: str | None
    charges_enabled: bool | None
    currencies: list[str] | None
    descriptor_prefix: str
    pair_verified: bool
    lacks: list[str]


def mode_of_keys(credentials: Credentials) -> str:
    """`test` or `live`. Raises FieldErrors (publishable_key, secret_key) if the formats or the modes are wrong."""
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
    """Ask Stripe about the keys. Raises FieldErrors (publishable_key, secret_key) for keys that can't be used.

    Raises StripeError too. If that `is_transient`, nothing is known about the keys, and the caller must not save them.
    """
    lacks: list[str] = []
    account = None
    try:
        account = stripe_gateway.retrieve_account(credentials)
    except StripeKeyInvalid as error:
        raise FieldErrors({"secret_key": ["key_invalid"]}) from error
    except StripePermissionMissing:
        lacks.append("account")
    pair_verified = _verify_pair(credentials, lacks)
    _look_at_balance(credentials, lacks)
    return KeyFacts(
        stripe_account_id=account.id if account else None,
        country=account.country if account else None,
        default_currency=account.default_currency if account else None,
        charges_enabled=account.charges_enabled if account else None,
        currencies=_currencies(credentials, account.country if account else None),
        descriptor_prefix=account.descriptor_prefix if account else "",
        pair_verified=pair_verified,
        lacks=lacks,
    )


def _verify_pair(credentials: Credentials, lacks: list[str]) -> bool:
    """Whether both keys belong to one account. False if that is not known. Add a missing permission to `lacks`.

    Raises FieldErrors only if the keys are certainly wrong: of two accounts, or unknown to Stripe.
    """
    try:
        if stripe_gateway.keys_match(credentials):
            return True
    except StripeKeyInvalid as error:
        # If the secret key could read the account, the publishable key is the invalid one. Otherwise Stripe's message
        # ends with the last characters of the invalid key.
        field = "secret_key" if "account" in lacks and credentials.secret_key[-4:] in error.message else ""
        raise FieldErrors({field or "publishable_key": ["key_invalid"]}) from error
    except StripePermissionMissing:
        lacks.append("setup_intents")
        return False
    except StripeError:
        return False
    raise FieldErrors({"publishable_key": ["not_a_pair"]})


def _look_at_balance(credentials: Credentials, lacks: list[str]) -> None:
    """Add a missing permission to `lacks`. Only restricted keys can lack it, and sales don't need it."""
    if credentials.secret_key.startswith("rk_"):
        with suppress(StripeError):
            if not stripe_gateway.can_read_balance(credentials):
                lacks.append("balance")


def _currencies(credentials: Credentials, country: str | None) -> list[str] | None:
    if country is None:
        return None
    try:
        return stripe_gateway.chargeable_currencies(credentials, country)
    except StripeError:
        # Unknown currencies are allowed. Stripe refuses a wrong one when the intent is created.
        return None


def no_answer_code(error: StripeError) -> str:
    """The code for why Stripe gave no answer: unreachable, broken (a 5xx response), or busy (any other error)."""
    codes = {StripeUnreachable: "unreachable", StripeBroken: "broken"}
    return codes.get(type(error), "busy")
