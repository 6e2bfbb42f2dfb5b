"""Limits on declined attempts: one client secret lets anybody try cards at Stripe directly, so Stripe's own
declines are counted, against the address that the checkout came from."""

import base64
import json
from datetime import timedelta

from altcha import create_challenge, derive_key_pbkdf2, verify_solution

from storefront import settings
from storefront.config import Config
from storefront.errors import TooManyDeclines
from storefront.models import Decline, Offer, Payment
from storefront.models.base import now
from storefront.models.decline import WINDOW

# About a second of an honest buyer's browser; a card tester pays it for every single order.
ALGORITHM, COST = "PBKDF2/SHA-256", 5_000
PROOF_LIFE = timedelta(minutes=10)

_secret = b""


def init(config: Config) -> None:
    """Take the key that signs proofs of work."""
    global _secret
    _secret = f"proof of work/{config.secret_key}".encode()


def record(payment: Payment, attempt: str) -> None:
    """Count a declined attempt once, in the transaction that learnt of it."""
    order = payment.order
    Decline.insert(
        payment=payment, attempt=attempt, address=order.buyer_address, offer_id=order.offer_id
    ).on_conflict_ignore().execute()


def order_is_exhausted(payment: Payment) -> bool:
    """Whether its order has met the limit of declines: it can't be paid any more."""
    most = settings.current().declines_per_order
    declines = Decline.select().join(Payment).where(Payment.order == payment.order_id)
    return bool(most) and declines.count() >= most


def address_is_exhausted(address: str) -> bool:
    """Whether this address has met the limit within the hour."""
    most = settings.current().declines_per_address_hour
    return bool(most and address) and Decline.count_of_address(address) >= most


def offer_is_exhausted(offer: Offer) -> bool:
    """Whether attempts on this offer have met the limit within the hour, from wherever."""
    most = settings.current().declines_per_offer_hour
    return bool(most) and Decline.count_of_offer(offer.id) >= most


def require_room(offer: Offer, address: str, visit: str, proof: str) -> None:
    """Let a checkout begin, beyond the limits only with a proof of work. Raises TooManyDeclines with a challenge."""
    if not (address_is_exhausted(address) or offer_is_exhausted(offer)):
        return
    if not _is_proof(proof, offer, visit):
        raise TooManyDeclines(_challenge(offer, visit), int(WINDOW.total_seconds()))


def _challenge(offer: Offer, visit: str) -> dict[str, object]:
    """A task for the browser, good for this visit only: a proof can't be used for another order."""
    challenge = create_challenge(
        ALGORITHM,
        COST,
        derive_key=derive_key_pbkdf2,
        expires_at=now() + PROOF_LIFE,
        data={"visit": visit, "offer": str(offer.id)},
        hmac_secret=_secret,
    )
    return dict(challenge.to_dict())


def _is_proof(proof: str, offer: Offer, visit: str) -> bool:
    try:
        data = json.loads(base64.b64decode(proof, validate=True))["challenge"]["parameters"]["data"]
    except (ValueError, KeyError, TypeError):
        return False
    if data != {"visit": visit, "offer": str(offer.id)}:
        return False
    return bool(verify_solution(proof, _secret, derive_key_pbkdf2).verified)
