"""Limits on declines, against card testing.

With one client secret anybody can try cards directly at Stripe. So the declines that Stripe reports are counted per
order, per IP address of the checkout and per offer.
"""

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
from storefront.errors import TooManyDeclines
from storefront.models import (
    DECLINE_WINDOW,
    Decline,
    Offer,
    Order,
    Payment,
    Subscription,
    TimelineEntry,
    TimelineKind,
    now,
)
from storefront.runtime import current

# Takes a browser about a second: acceptable for a customer, expensive for somebody who tests cards order by order.
ALGORITHM, COST = "PBKDF2/SHA-256", 5_000
PROOF_LIFETIME = timedelta(minutes=10)
CLOSED_ORDERS_PERIOD = timedelta(days=7)


def record_decline(payment: Payment, attempt: str) -> None:
    """Count a declined attempt. `attempt` identifies it at Stripe, so that it counts once.

    Call it in the transaction that stores the attempt.
    """
    order = payment.order
    Decline.insert(
        payment=payment, attempt=attempt, address=subscriber_network(order.buyer_address), offer_id=order.offer_id
    ).on_conflict_ignore().execute()


def order_reached_limit(payment: Payment) -> bool:
    """Whether the payment's order has reached its limit of declines. It can't be paid any more then."""
    limit = settings.current().declines_per_order
    declines = Decline.select().join(Payment).where(Payment.order == payment.order_id)
    return bool(limit) and declines.count() >= limit


def subscription_reached_limit(subscription: Subscription) -> bool:
    """Whether the subscription had as many declines within the last hour as an order may have in total."""
    limit = settings.current().declines_per_order
    recent = (Decline.payment == subscription.payment_id) & (Decline.at >= now() - DECLINE_WINDOW)
    return bool(limit) and Decline.select().where(recent).count() >= limit


def address_reached_limit(address: str) -> bool:
    """Whether this IP address has reached its limit of declines within the last hour."""
    limit = settings.current().declines_per_address_hour
    return bool(limit and address) and Decline.count_of_address(subscriber_network(address)) >= limit


def subscriber_network(address: str) -> str:
    """An IPv4 address as it is; for IPv6 its /64 network, since one subscriber has all addresses in it (RFC 6177)."""
    try:
        ip = ip_address(address)
    except ValueError:
        return address
    if isinstance(ip, IPv4Address):
        return address
    return str(ip.ipv4_mapped or IPv6Network((ip, 64), strict=False))


def offer_reached_limit(offer: Offer) -> bool:
    """Whether this offer has reached its limit of declines within the last hour, from all IP addresses together."""
    limit = settings.current().declines_per_offer_hour
    return bool(limit) and Decline.count_of_offer(offer.id) >= limit


@dataclass(frozen=True)
class ReachedLimits:
    """IP addresses and offers at their limit, with their declines of the last hour; orders closed in the last week."""

    addresses: list[tuple[str, int]]
    offers: list[tuple[Offer, int]]
    orders: list[Order]

    def __bool__(self) -> bool:
        return bool(self.addresses or self.offers or self.orders)


def recently_reached_limits() -> ReachedLimits:
    """Where cards are probably being tested, for the owner's pages. At most 20 of each kind."""
    limits = settings.current()
    by_address = _at_limit(Decline.address, limits.declines_per_address_hour)
    by_offer = _at_limit(Decline.offer_id, limits.declines_per_offer_hour)
    offers = {offer.id: offer for offer in Offer.select().where(Offer.id.in_([offer_id for offer_id, _ in by_offer]))}
    closed = (
        Order.select(Order)
        .join(TimelineEntry)
        .where(TimelineEntry.kind == TimelineKind.TOO_MANY_DECLINES, TimelineEntry.at >= now() - CLOSED_ORDERS_PERIOD)
        .order_by(TimelineEntry.id.desc())
        .limit(20)
    )
    return ReachedLimits(
        addresses=by_address,
        offers=[(offers[offer_id], count) for offer_id, count in by_offer if offer_id in offers],
        orders=list(closed),
    )


def _at_limit(column: Any, limit: int) -> list[tuple[Any, int]]:
    """Values of a Decline column with at least `limit` rows in the last hour, and their counts. 0 means no limit."""
    if not limit:
        return []
    rows = (
        Decline.select(column, fn.COUNT(Decline.id))
        .where(Decline.at >= now() - DECLINE_WINDOW)
        .group_by(column)
        .having(fn.COUNT(Decline.id) >= limit)
        .order_by(fn.COUNT(Decline.id).desc())
        .limit(20)
    )
    return [(value, int(count)) for value, count in cast(Iterable[tuple[Any, int]], rows.tuples())]


def require_checkout_allowed(offer: Offer, address: str, visit: str, proof: str) -> None:
    """Allow a checkout; at a limit only with a proof of work. Raises TooManyDeclines with a challenge to solve."""
    if not (address_reached_limit(address) or offer_reached_limit(offer)):
        return
    if not _is_valid_proof(proof, offer, visit):
        raise TooManyDeclines(_challenge(offer, visit), int(DECLINE_WINDOW.total_seconds()))


def require_retry_allowed(subscription: Subscription) -> None:
    """Allow a customer to pay a renewal. Raises TooManyDeclines without a challenge: the customer has to wait."""
    if subscription_reached_limit(subscription):
        raise TooManyDeclines(None, int(DECLINE_WINDOW.total_seconds()))


def _challenge(offer: Offer, visit: str) -> dict[str, object]:
    """A proof-of-work challenge for this visit and offer only, so that a solution can't be reused for another order."""
    challenge = create_challenge(
        ALGORITHM,
        COST,
        derive_key=derive_key_pbkdf2,
        expires_at=now() + PROOF_LIFETIME,
        data={"visit": visit, "offer": str(offer.id)},
        hmac_secret=_signing_key(),
    )
    return dict(challenge.to_dict())


def _is_valid_proof(proof: str, offer: Offer, visit: str) -> bool:
    try:
        data = json.loads(base64.b64decode(proof, validate=True))["challenge"]["parameters"]["data"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return False
    if data != {"visit": visit, "offer": str(offer.id)}:
        return False
    return bool(verify_solution(proof, _signing_key(), derive_key_pbkdf2).verified)


def _signing_key() -> bytes:
    """Signs challenges, so that a browser can't make easier ones."""
    return f"proof of work/{current().config.secret_key}".encode()
