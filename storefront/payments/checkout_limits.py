"""What a stranger may start: how many checkouts, how often one visit, and which emails follow.

Anybody can start a checkout, with any email address and name. Until it is paid, it counts: per subscriber address, per
email address and in the whole shop. Beyond a limit a browser has to do a proof of work for each further checkout, and
beyond a multiple of it addresses with unpaid checkouts of their own are refused. Paid checkouts never count, so a
limit doesn't stop an office or a mobile network whose customers pay.

A visit that is resumed (a second press, a reload) is no further checkout. Its presses have a limit of their own, since
each can create an intent at Stripe.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from peewee import fn

from storefront import settings
from storefront.db import db
from storefront.errors import TooManyCheckouts, TooManyDeclines
from storefront.models import (
    CLOCK_TOLERANCE,
    PAYABLE_STATUSES,
    CheckoutPress,
    Offer,
    Order,
    OrderStatus,
    Payment,
    TimelineKind,
    now,
    subscriber_network,
)
from storefront.payments import decline_limits, order_lifetime, proof_of_work

WINDOW = timedelta(hours=1)
VISIT_WINDOW = timedelta(minutes=10)
# How long a hold of stock that ended without a card counts. Rows of presses are kept as long.
HOLD_WINDOW = timedelta(days=1)
# Orders that strangers started and that cost a shop something. Not "processing": the bank has the customer's money.
UNPAID = (OrderStatus.PENDING, OrderStatus.EXPIRED, OrderStatus.FAILED)
# Unpaid orders may hold so much of a stock before strangers have to work for it: a fifth, at least five pieces.
FREE_SHARE, FREE_PIECES = 5, 5


@dataclass(frozen=True)
class Press:
    """A customer has pressed Pay. `address` is the IP address, `proof` a solved proof of work or ""."""

    offer: Offer
    visit: str
    email: str
    address: str
    proof: str = ""

    @property
    def network(self) -> str:
        """What counts as one address."""
        return subscriber_network(self.address)


def require_allowed(press: Press, order: Order | None) -> bool:
    """Allow a press: `order` is the visit's order, None if this press is to make it.

    Returns whether a proof was done because of declines: then `decline_limits.limit_declines` applies to the order.
    Raises TooManyDeclines or TooManyCheckouts, with a challenge if a proof would help.
    """
    for_declines = decline_limits.work_needed(press.offer, press.address)
    for_checkouts = _work_for_stock(press, order) if order is not None else _work_for_new_order(press)
    needed = [doublings for doublings in (for_declines, for_checkouts) if doublings is not None]
    if needed:
        refusal = TooManyCheckouts if for_declines is None else TooManyDeclines
        retry_after = int(WINDOW.total_seconds())
        proof_of_work.require(max(needed), press.offer, press.visit, press.proof, refusal, retry_after)
    return for_declines is not None


def record_first_press(press: Press, order: Order) -> None:
    """Count the press that makes the order. Call it in the transaction that does."""
    _record(press, order, begins=True)


def count_press(press: Press, order: Order) -> None:
    """Count a press of the order's visit. Raises TooManyCheckouts without a challenge beyond the visit's limit.

    Presses before a card failed don't count: failed cards have limits of their own, and a customer may have many.
    """
    with db.atomic():
        order.lock()
        limit = settings.current().presses_per_visit
        earlier = CheckoutPress.select().where(CheckoutPress.order == order, CheckoutPress.within(VISIT_WINDOW))
        failed_at = order.last_entry_at(TimelineKind.ATTEMPT_FAILED)
        if failed_at is not None:
            earlier = earlier.where(CheckoutPress.at > failed_at)
        if limit and earlier.count() >= limit:
            raise TooManyCheckouts(None, int(VISIT_WINDOW.total_seconds()))
        _record(press, order, begins=False)


def _record(press: Press, order: Order, *, begins: bool) -> None:
    CheckoutPress.create(order=order, network=press.network, email=press.email.lower(), begins=begins)


def forget_press(order: Order) -> None:
    """Don't count the newest press of an order: Stripe was not reached, and the customer was told to press again."""
    newest = CheckoutPress.select().where(CheckoutPress.order == order).order_by(CheckoutPress.id.desc()).first()
    if newest is not None and not newest.begins:
        newest.delete_instance()


def card_was_tried(order: Order) -> bool:
    """Whether a card was typed for this order. Nobody is written to about another unpaid order."""
    return Payment.select().where(Payment.order == order, Payment.tried()).exists()


def delete_old_presses(most: int) -> int:
    """Delete presses that don't count any more, at most `most`. Return how many were deleted."""
    old = CheckoutPress.select(CheckoutPress.id).where(CheckoutPress.at < now() - HOLD_WINDOW - CLOCK_TOLERANCE)
    return int(CheckoutPress.delete().where(CheckoutPress.id.in_(old.limit(most))).execute())


def _work_for_new_order(press: Press) -> int | None:
    """How often the work of the proof is doubled; None if no proof is needed."""
    limits = settings.current()
    times = limits.checkouts_refused_times
    # Nothing changes beyond this multiple of a limit, so no more rows are counted.
    multiple = max(times, proof_of_work.MAX_DOUBLINGS + 1)
    allowed = (limits.checkouts_per_address_hour, limits.checkouts_per_email_hour, limits.checkouts_per_shop_hour)
    counts = CheckoutPress.count_begun(
        WINDOW,
        UNPAID,
        # Without a limit for addresses it still matters whether this one has unpaid checkouts.
        ("network", press.network, (allowed[0] * multiple or 1) if press.address else 0),
        ("email", press.email.lower(), allowed[1] * multiple),
        ("", "", allowed[2] * multiple),
    )
    from_address = counts[0]
    reached = [(count, limit) for count, limit in zip(counts, allowed, strict=True) if limit and count >= limit]
    if times and from_address and any(count >= times * limit for count, limit in reached):
        raise TooManyCheckouts(None, int(WINDOW.total_seconds()))
    if reached:
        limit = limits.checkouts_per_address_hour
        # Only the address's own checkouts make the work harder: it doubles each time that the limit is reached again.
        return max(from_address // limit - 1, 0) if limit else 0
    return _work_for_stock(press, None)


def _work_for_stock(press: Press, order: Order | None) -> int | None:
    """0, the work of a proof, if strangers hold much of the offer's stock and this press would hold it once more.

    A subscriber's first hold needs none, and a press needs none that leaves the hold as it is.
    """
    offer = press.offer
    share = (offer.least_stock or 0) // FREE_SHARE
    if not offer.is_limited or _untried_pieces(offer) <= max(FREE_PIECES, share):
        return None
    if order is None:
        again = _has_given_up(press.network, offer)
    else:
        again = order_lifetime.expires_at(offer, order) != order.expires_at and not card_was_tried(order)
    return 0 if again else None


def _untried_pieces(offer: Offer) -> int:
    """Pieces that orders hold for which no card was tried."""
    held = Order.select(fn.COALESCE(fn.SUM(Order.quantity), 0)).where(
        Order.offer == offer, Order.status.in_(list(PAYABLE_STATUSES)), _untried()
    )
    return int(held.scalar())


def _has_given_up(network: str, offer: Offer) -> bool:
    """Whether a hold of this offer by this subscriber has ended lately without a card tried."""
    ended = Order.status.in_([OrderStatus.EXPIRED, OrderStatus.FAILED])
    begun = CheckoutPress.select().join(Order).where(CheckoutPress.begins, CheckoutPress.within(HOLD_WINDOW))
    return begun.where(CheckoutPress.network == network, Order.offer == offer, ended, _untried()).exists()


def _untried() -> Any:
    """A condition of a query for orders: no card was tried."""
    return ~fn.EXISTS(Payment.select(Payment.id).where(Payment.order == Order.id, Payment.tried()))
