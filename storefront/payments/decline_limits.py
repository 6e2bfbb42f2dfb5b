"""Limits on declines, against card testing.

With one client secret anybody can try cards directly at Stripe. So the declines that Stripe reports are counted per
order, per IP address of the checkout, per offer and per Stripe account. Beyond a limit a browser has to do a proof of
work before it may open a payment. Beyond a multiple of a limit, networks with declines of their own are refused.
"""

from dataclasses import dataclass
from datetime import timedelta

from peewee import fn

from storefront import emails, settings
from storefront.errors import TooManyDeclines
from storefront.models import (
    DECLINE_WINDOW,
    PAYABLE_STATUSES,
    Decline,
    EmailKind,
    Offer,
    Order,
    Payment,
    Subscription,
    is_recent,
    neighborhood,
    now,
    subscriber_network,
)
from storefront.payments import proof_of_work

# Cards that may be declined on an order after each proof of work.
DECLINES_PER_PROOF = 3
# With each further ten declines of its network, the work of a browser doubles.
DECLINES_PER_DOUBLING = 10
# Seconds after which these declines do not count any more.
RETRY_AFTER = int(DECLINE_WINDOW.total_seconds())


def record_decline(payment: Payment, attempt: str) -> None:
    """Count a declined attempt. `attempt` identifies it at Stripe, so that it counts once.

    Tells the owner when payments begin to be refused. Call it in the transaction that stores the attempt.
    """
    order = payment.order
    before = _counts(order.offer, order.buyer_address)
    Decline.insert(
        payment=payment,
        attempt=attempt,
        address=subscriber_network(order.buyer_address),
        network=neighborhood(order.buyer_address),
        offer_id=order.offer_id,
        merchant_id=payment.merchant_id,
    ).on_conflict_ignore().execute()
    counts = _counts(order.offer, order.buyer_address)
    if counts.refused and not before.refused:
        declines = str(max(counts.address, counts.offer, counts.merchant))
        emails.write(EmailKind.OWNER_CARD_TESTING, order, f"card-testing-{now():%Y-%m-%d}", declines=declines)


def order_reached_limit(payment: Payment) -> bool:
    """Whether the payment's order has reached its limit of declines. It can't be paid any more then."""
    order = payment.order
    limit = order.decline_limit or settings.current().declines_per_order
    return bool(limit) and _declines_of(order) >= limit


def subscription_reached_limit(subscription: Subscription) -> bool:
    """Whether the subscription had as many declines within the last hour as an order may have in total."""
    limit = settings.current().declines_per_order
    recent = (Decline.payment == subscription.payment_id) & is_recent(Decline.at, DECLINE_WINDOW)
    return bool(limit) and Decline.select().where(recent).count() >= limit


def is_stopped(order: Order) -> bool:
    """Whether a decline cancels the order's open payment, because its IP address has reached a limit.

    An order for which a proof of work was done has its own limit instead, until its address is refused.
    """
    counts = _counts(order.offer, order.buyer_address)
    return counts.refused or (counts.address_at_limit and order.decline_limit is None)


@dataclass(frozen=True)
class _Counts:
    """Declines of the last hour: of the IP address, its network, the offer and the Stripe account, and the limits."""

    address: int
    network: int
    offer: int
    merchant: int
    limits: settings.Settings

    @property
    def _with_limits(self) -> list[tuple[int, int]]:
        """The counts that have a limit, with it."""
        limits = self.limits
        pairs = (
            (self.address, limits.declines_per_address_hour),
            (self.offer, limits.declines_per_offer_hour),
            (self.merchant, limits.declines_per_merchant_hour),
        )
        return [(count, limit) for count, limit in pairs if limit]

    @property
    def at_limit(self) -> bool:
        """Whether a checkout needs a proof of work."""
        return any(count >= limit for count, limit in self._with_limits)

    @property
    def address_at_limit(self) -> bool:
        limit = self.limits.declines_per_address_hour
        return bool(limit) and self.address >= limit

    @property
    def refused(self) -> bool:
        """Whether not even a proof of work allows a checkout. Networks without declines of their own can always pay."""
        times = self.limits.declines_refused_times
        return bool(times and self.network) and any(count >= times * limit for count, limit in self._with_limits)

    @property
    def doublings(self) -> int:
        """How often the work of a proof is doubled."""
        return self.network // DECLINES_PER_DOUBLING


def _counts(offer: Offer, address: str) -> _Counts:
    values: dict[str, str | int] = {"offer_id": offer.id}
    if address:
        values |= {"address": subscriber_network(address), "network": neighborhood(address)}
    if offer.merchant_id:
        values["merchant_id"] = offer.merchant_id
    counts = Decline.count_recent(**values)
    return _Counts(
        address=counts.get("address", 0),
        network=counts.get("network", 0),
        offer=counts["offer_id"],
        merchant=counts.get("merchant_id", 0),
        limits=settings.current(),
    )


def work_needed(offer: Offer, address: str) -> int | None:
    """How often the work of a checkout's proof is doubled. None if no limit asks for a proof.

    Raises TooManyDeclines without a challenge beyond a multiple of a limit.
    """
    counts = _counts(offer, address)
    if counts.refused:
        raise TooManyDeclines(None, RETRY_AFTER)
    return counts.doublings if counts.at_limit else None


def require_payment_allowed(offer: Offer, address: str, visit: str, proof: str) -> None:
    """Allow a payment: beyond a limit with a proof of work only, beyond a multiple of it not at all.

    Raises TooManyDeclines, with a challenge if a proof would help.
    """
    doublings = work_needed(offer, address)
    if doublings is not None:
        proof_of_work.require(doublings, offer, visit, proof, TooManyDeclines, RETRY_AFTER)


def limit_declines(order: Order) -> None:
    """Let the order be declined DECLINES_PER_PROOF times from now on: a proof of work was done for it."""
    limit = _declines_of(order) + DECLINES_PER_PROOF
    Order.update(decline_limit=limit).where(Order.id == order.id).execute()
    order.decline_limit = limit


def require_retry_allowed(subscription: Subscription) -> None:
    """Allow a customer to pay a renewal. Raises TooManyDeclines without a challenge: the customer has to wait."""
    if subscription_reached_limit(subscription):
        raise TooManyDeclines(None, RETRY_AFTER)


def _declines_of(order: Order) -> int:
    return Decline.select().join(Payment).where(Payment.order == order).count()


def delete_old_declines(days: int, most: int) -> int:
    """Delete declines of more than so many days ago that no limit counts any more, at most `most`. Return how many.

    Those of an order that can still be paid count however old they are.
    """
    is_over = Order.status.not_in(list(PAYABLE_STATUSES))
    over = Payment.select(Payment.id).join(Order).where(Payment.id == Decline.payment, is_over)
    old = Decline.select(Decline.id).where(Decline.at < now() - timedelta(days=days), fn.EXISTS(over)).limit(most)
    return int(Decline.delete().where(Decline.id.in_(old)).execute())
