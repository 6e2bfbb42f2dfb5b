"""Ids and secrets in Stripe's formats."""

import secrets
import string

LETTERS = string.ascii_letters + string.digits


def random_characters(length: int) -> str:
    """Return random letters and digits that can't be guessed."""
    return "".join(secrets.choice(LETTERS) for _ in range(length))


def new_id(prefix: str, account_id: str = "") -> str:
    """Return an id such as `pi_3Qm…`. Like Stripe's newer ids it contains a part of the account id."""
    return f"{prefix}_{account_id.removeprefix('acct_')[:10]}{random_characters(14)}"


def client_secret(id_: str) -> str:
    """Return the secret that lets a browser read and confirm this intent."""
    return f"{id_}_secret_{random_characters(25)}"


def request_id() -> str:
    """Return a value for the `Request-Id` header."""
    return f"req_{random_characters(14)}"


def webhook_secret() -> str:
    """Return a secret that signs the deliveries of one endpoint."""
    return f"whsec_{random_characters(32)}"
