"""API keys: authentication and permissions."""

import base64
from dataclasses import dataclass

from stripe_simulator import accounts
from stripe_simulator.accounts import Account
from stripe_simulator.errors import StripeError, invalid

PUBLISHABLE = "publishable"
SECRET = "secret"  # noqa: S105 - the name of a kind of key


@dataclass(frozen=True)
class Realm:
    """One account in one mode. Every stored object belongs to exactly one realm."""

    account: Account
    livemode: bool

    @property
    def mode(self) -> str:
        return "live" if self.livemode else "test"


@dataclass(frozen=True)
class Key:
    """A known key."""

    text: str
    kind: str
    realm: Realm
    missing_permissions: frozenset[str] = frozenset()
    expired: bool = False


def all_keys() -> list[Key]:
    """Return every key of every account, in both modes."""
    return [
        key
        for account in accounts.ACCOUNTS
        for mode in accounts.MODES
        for key in keys_of(account, Realm(account, mode == "live"))
    ]


def keys_of(account: Account, realm: Realm) -> list[Key]:
    """Return the keys of one account in one mode."""
    mode = realm.mode
    restricted = [
        Key(accounts.restricted_key(account, word, mode), SECRET, realm, missing_permissions)
        for word, missing_permissions in account.missing_permissions.items()
    ]
    return [
        Key(accounts.publishable_key(account, mode), PUBLISHABLE, realm),
        Key(accounts.secret_key(account, mode), SECRET, realm),
        Key(accounts.second_key("pk", account, mode), PUBLISHABLE, realm),
        Key(accounts.second_key("sk", account, mode), SECRET, realm),
        *restricted,
        Key(accounts.expired_key(account, mode), SECRET, realm, expired=True),
    ]


KEYS = {key.text: key for key in all_keys()}


def authenticate(authorization: str | None, key_parameter: str | None) -> Key:
    """Return the key in the `Authorization` header (Bearer, or Basic with the key as user), else in `key=`.

    Raises StripeError 401 for a missing, unknown or expired key.
    """
    text = key_from_header(authorization) or (key_parameter or "").strip()
    if not text:
        message = "You did not provide an API key. Send it in the Authorization header as a Bearer token."
        raise StripeError(401, "invalid_request_error", message)
    key = KEYS.get(text)
    if key is None:
        raise StripeError(401, "invalid_request_error", f"Invalid API Key provided: {mask(text)}")
    if key.expired:
        raise expired(key)
    return key


def expired(key: Key) -> StripeError:
    """The error about an expired key."""
    message = f"Expired API Key provided: {mask(key.text)}"
    return StripeError(401, "invalid_request_error", message, code="api_key_expired")


def key_from_header(authorization: str | None) -> str:
    """Return the key in an `Authorization` header, or an empty string."""
    scheme, _, rest = (authorization or "").strip().partition(" ")
    if scheme.lower() == "bearer":
        return rest.strip()
    if scheme.lower() == "basic":
        try:
            return base64.b64decode(rest.strip()).decode().partition(":")[0]
        except ValueError:
            return rest.strip()
    return ""


def check_permission(key: Key, kinds: frozenset[str], permission: str) -> None:
    """Refuse a publishable key where a secret key is required, and a restricted key without the permission.

    Raises StripeError 403.
    """
    if key.kind not in kinds:
        message = "This API call cannot be made with a publishable API key. Please use a secret API key."
        raise invalid(message, code="secret_key_required", status=403)
    if permission in key.missing_permissions:
        message = (
            f"The provided key '{mask(key.text)}' does not have the required permissions for this endpoint on "
            f"account '{key.realm.account.id}'. Having the 'rak_{permission}' permission would allow this request "
            "to continue."
        )
        raise invalid(message, code="more_permissions_required", status=403)


def mask(text: str) -> str:
    """Mask a key as `sk_test_*****abcd`: enough to recognize it, not enough to use it."""
    kind = "_".join(text.split("_")[:2]) + "_" if text.count("_") >= 2 else text[:4]
    rest = text[len(kind) :]
    return kind + "*" * max(len(rest) - 4, 4) + (rest[-4:] if len(rest) > 8 else "")
