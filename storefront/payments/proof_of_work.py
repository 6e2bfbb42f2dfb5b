"""A proof of work (ALTCHA) that a browser does before it may open a payment.

It is cheap for one payment and expensive for thousands.
"""

import base64
import json
from datetime import timedelta

from altcha import create_challenge, derive_key_pbkdf2, verify_solution

from storefront.errors import CheckoutRefused
from storefront.models import Offer, now
from storefront.runtime import current

ALGORITHM = "PBKDF2/SHA-256"
# Iterations of the key derivation. Takes a browser about a second.
COST = 5_000
# The longest work is 32 times that.
MAX_DOUBLINGS = 5
LIFETIME = timedelta(minutes=10)


def require(
    doublings: int, offer: Offer, visit: str, proof: str, refusal: type[CheckoutRefused], retry_after: int
) -> None:
    """Raise `refusal` with a challenge unless `proof` solves one. `retry_after` is in seconds."""
    if not is_solved(proof, offer, visit, doublings):
        raise refusal(challenge(offer, visit, doublings), retry_after)


def challenge(offer: Offer, visit: str, doublings: int = 0) -> dict[str, object]:
    """A challenge for this visit and offer only, so that its solution can't be used for another order.

    Its work is doubled `doublings` times, at most MAX_DOUBLINGS.
    """
    made = create_challenge(
        ALGORITHM,
        _cost(doublings),
        derive_key=derive_key_pbkdf2,
        expires_at=now() + LIFETIME,
        data=_data(offer, visit),
        hmac_secret=_signing_key(),
    )
    return dict(made.to_dict())


def is_solved(proof: str, offer: Offer, visit: str, doublings: int = 0) -> bool:
    """Whether `proof` solves a challenge for this visit and offer that is at least as hard as one would be now."""
    try:
        parameters = json.loads(base64.b64decode(proof, validate=True))["challenge"]["parameters"]
        fits = parameters["data"] == _data(offer, visit) and parameters["cost"] >= _cost(doublings)
    except (ValueError, KeyError, TypeError, RecursionError):
        return False
    return fits and bool(verify_solution(proof, _signing_key(), derive_key_pbkdf2).verified)


def _cost(doublings: int) -> int:
    return COST << min(doublings, MAX_DOUBLINGS)


def _data(offer: Offer, visit: str) -> dict[str, str]:
    return {"visit": visit, "offer": str(offer.id)}


def _signing_key() -> bytes:
    """Signs challenges, so that a browser can't make easier ones."""
    return f"proof of work/{current().config.secret_key}".encode()
