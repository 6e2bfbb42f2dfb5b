"""Ids and secrets in the shapes Stripe gives them."""

import secrets
import string

LETTERS = string.ascii_letters + string.digits


def random_letters(length: int) -> str:
    """Letters and digits nobody can guess."""
    return "".join(secrets.choice(LETTERS) for _ in range(length))


def new_id(prefix: str, account_id: str = "") -> str:
    """`pi_3Qm…`: newer ids carry a piece of the account's own id, as Stripe's do."""
    return f"{prefix}_{account_id.removeprefix('acct_')[:10]}{random_letters(14)}"


def client_secret(id_: str) -> str:
    """The secret with which a browser may read and confirm this one intent."""
    return f"{id_}_secret_{random_letters(25)}"


def request_id() -> str:
    """The `Request-Id` header's value."""
    return f"req_{random_letters(14)}"


def webhook_secret() -> str:
    """What an endpoint's deliveries are signed with."""
    return f"whsec_{random_letters(32)}"
