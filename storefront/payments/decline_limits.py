"""Limits on declined attempts: one client secret lets anybody try cards at Stripe directly, so Stripe's own
declines are counted, against the address that the checkout came from."""

import base64
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from ipaddress import IPv4Address, IPv6Network, ip_address
from typing import Any, cast

from altcha import create_challenge, derive_key_pbkdf2, verify_solution
from peewee import fn

from storefront import settings
from storefront.config import Config
from storefront.errors import TooManyDeclines
from storefront.models import DECLINE_WINDOW, Decline, Offer, Order, Payment, TimelineEntry, now

# About a second of an honest buyer's browser; a card tester pays it for every single order.
ALGORITHM, COST = "PBKDF2/SHA-256", 5_000
PROOF_LIFE = timedelta(minutes=10)
LATELY = timedelta(days=7)

_secret = b""


def init(config: Config) -> None:
    """Take the key that signs proofs of work."""
    global _secret
    _secret = f"proof of work/{config.secret_key}".encode()


def record_decline(payment: Payment, attempt: str) -> None:
    """Count a declined attempt once, in the transaction that learnt of it."""
    order = payment.order
    Decline.insert(
        payment=payment, attempt=attempt, address=subscriber_network(order.buyer_address), offer_id=order.offer_id
    ).on_conflict_ignore().execute()


def order_reached_limit(payment: Payment) -> bool:
    """Whether its order has met the limit of declines: it can't be paid any more."""
    most = settings.current().declines_per_order
    declines = Decline.select().join(Payment).where(Payment.order == payment.order_id)
    return bool(most) and declines.count() >= most


def has_too_many_attempts(payment: Payment) -> bool:
    """Whether a subscription, begun by this payment, was offered as many cards within the hour as an order may be."""
    most = settings.current().declines_per_order
    lately = (Decline.payment == payment) & (Decline.at >= now() - DECLINE_WINDOW)
    return bool(most) and Decline.select().where(lately).count() >= most


def address_reached_limit(address: str) -> bool:
    """Whether this address has met the limit within the hour."""
    most = settings.current().declines_per_address_hour
    return bool(most and address) and Decline.count_of_address(subscriber_network(address)) >= most


def subscriber_network(address: str) -> str:
    """The address, or of IPv6 its first 64 bits: one subscriber has all the addresses behind them (RFC 6177)."""
    try:
        ip = ip_address(address)
    except ValueError:
        return address
    if isinstance(ip, IPv4Address):
        return address
    return str(ip.ipv4_mapped or IPv6Network((ip, 64), strict=False))


def offer_reached_limit(offer: Offer) -> bool:
    """Whether attempts on this offer have met the limit within the hour, from wherever."""
    most = settings.current().declines_per_offer_hour
    return bool(most) and Decline.count_of_offer(offer.id) >= most


@dataclass(frozen=True)
class ReachedLimits:
    """What has met a limit: addresses and offers with their declines within the hour, orders closed within a week."""

    addresses: list[tuple[str, int]]
    offers: list[tuple[Offer, int]]
    orders: list[Order]

    def __bool__(self) -> bool:
        return bool(self.addresses or self.offers or self.orders)


def recently_reached_limits() -> ReachedLimits:
    """Where cards seem to be tried, for the owner to see."""
    most = settings.current()
    by_offer = _busiest(Decline.offer_id, most.declines_per_offer_hour)
    offers = {offer.id: offer for offer in Offer.select().where(Offer.id.in_([offer_id for offer_id, _ in by_offer]))}
    closed = (
        Order.select(Order)
        .join(TimelineEntry)
        .where(TimelineEntry.kind == "too_many_declines", TimelineEntry.at >= now() - LATELY)
        .order_by(TimelineEntry.id.desc())
        .limit(20)
    )
    return ReachedLimits(
        addresses=[(address, count) for address, count in _busiest(Decline.address, most.declines_per_address_hour)],
        offers=[(offers[offer_id], count) for offer_id, count in by_offer if offer_id in offers],
        orders=list(closed),
    )


def _busiest(column: Any, most: int) -> list[tuple[Any, int]]:
    """Values of a column of Decline with at least `most` rows within the hour; none where there is no limit."""
    if not most:
        return []
    rows = (
        Decline.select(column, fn.COUNT(Decline.id))
        .where(Decline.at >= now() - DECLINE_WINDOW)
        .group_by(column)
        .having(fn.COUNT(Decline.id) >= most)
        .order_by(fn.COUNT(Decline.id).desc())
        .limit(20)
    )
    return [(value, int(count)) for value, count in cast(Iterable[tuple[Any, int]], rows.tuples())]


def require_checkout_allowed(offer: Offer, address: str, visit: str, proof: str) -> None:
    """Let a checkout begin, beyond the limits only with a proof of work. Raises TooManyDeclines with a challenge."""
    if not (address_reached_limit(address) or offer_reached_limit(offer)):
        return
    if not _is_proof(proof, offer, visit):
        raise TooManyDeclines(_challenge(offer, visit), int(DECLINE_WINDOW.total_seconds()))


def require_retry_allowed(payment: Payment) -> None:
    """Let a later period of what this payment began be paid. Raises TooManyDeclines: only time helps."""
    if has_too_many_attempts(payment):
        raise TooManyDeclines(None, int(DECLINE_WINDOW.total_seconds()))


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
    except (ValueError, KeyError, TypeError, RecursionError):
        return False
    if data != {"visit": visit, "offer": str(offer.id)}:
        return False
    return bool(verify_solution(proof, _secret, derive_key_pbkdf2).verified)
