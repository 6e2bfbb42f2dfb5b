"""Who is asking: the key of a request, and what it may do."""

import base64
from dataclasses import dataclass

from stripe_simulator import accounts
from stripe_simulator.accounts import Account
from stripe_simulator.errors import StripeError, invalid

PUBLISHABLE = "publishable"
SECRET = "secret"  # noqa: S105 - the name of a kind of key


@dataclass(frozen=True)
class Realm:
    """One account in one mode: everything the simulator keeps belongs to exactly one realm."""

    account: Account
    livemode: bool

    @property
    def mode(self) -> str:
        return "live" if self.livemode else "test"


@dataclass(frozen=True)
class Key:
    """A key that was recognised."""

    text: str
    kind: str
    realm: Realm
    lacks: frozenset[str] = frozenset()
    expired: bool = False


def all_keys() -> list[Key]:
    """Every key there is, in both modes."""
    return [
        key
        for account in accounts.ACCOUNTS
        for mode in accounts.MODES
        for key in keys_of(account, Realm(account, mode == "live"))
    ]


def keys_of(account: Account, realm: Realm) -> list[Key]:
    """The keys of one account in one mode."""
    mode = realm.mode
    restricted = [
        Key(accounts.restricted_key(account, word, mode), SECRET, realm, lacks) for word, lacks in account.lacks.items()
    ]
    return [
        Key(accounts.publishable_key(account, mode), PUBLISHABLE, realm),
        Key(accounts.secret_key(account, mode), SECRET, realm),
        *restricted,
        Key(accounts.expired_key(account, mode), SECRET, realm, expired=True),
    ]


KNOWN = {key.text: key for key in all_keys()}


def recognise(authorization: str | None, key_parameter: str | None) -> Key:
    """The key in the `Authorization` header (Bearer, or Basic with the key as user), else in `key=`.

    Raises StripeError 401: no key, an unknown one, an expired one.
    """
    text = from_header(authorization) or (key_parameter or "").strip()
    if not text:
        words = "You did not provide an API key. Send it in the Authorization header as a Bearer token."
        raise StripeError(401, "invalid_request_error", words)
    key = KNOWN.get(text)
    if key is None:
        raise StripeError(401, "invalid_request_error", f"Invalid API Key provided: {masked(text)}")
    if key.expired:
        words = f"Expired API Key provided: {masked(text)}"
        raise StripeError(401, "invalid_request_error", words, code="api_key_expired")
    return key


def from_header(authorization: str | None) -> str:
    """The key in an `Authorization` header, or nothing."""
    scheme, _, rest = (authorization or "").strip().partition(" ")
    if scheme.lower() == "bearer":
        return rest.strip()
    if scheme.lower() == "basic":
        try:
            return base64.b64decode(rest.strip()).decode().partition(":")[0]
        except ValueError:
            return rest.strip()
    return ""


def check_may(key: Key, kinds: frozenset[str], permission: str) -> None:
    """Refuses a publishable key where a secret one is due, and a restricted key that lacks the permission.

    Raises StripeError 403.
    """
    if key.kind not in kinds:
        words = "This API call cannot be made with a publishable API key. Please use a secret API key."
        raise invalid(words, code="secret_key_required", status=403)
    if permission in key.lacks:
        words = (
            f"The provided key '{masked(key.text)}' does not have the required permissions for this endpoint on "
            f"account '{key.realm.account.id}'. Having the 'rak_{permission}' permission would allow this request "
            "to continue."
        )
        raise invalid(words, status=403)


def masked(text: str) -> str:
    """`sk_test_*****abcd`: enough to recognise one's own key, not enough to use it."""
    kind = "_".join(text.split("_")[:2]) + "_" if text.count("_") >= 2 else text[:4]
    rest = text[len(kind) :]
    return kind + "*" * max(len(rest) - 4, 4) + (rest[-4:] if len(rest) > 8 else "")
