"""How many pieces are left: an order holds its pieces from the first press until it is paid or expires."""

from peewee import fn

from storefront.errors import OfferNotPayable
from storefront.models import PAYABLE_STATUSES, Offer, OfferObstacle, Order

# What was given back in full can be sold again.
SOLD = frozenset({"paid", "partially_refunded", "disputed"})


def is_sold_out(offer: Offer) -> bool:
    """Whether nothing is left to sell; pieces that somebody is paying just now may yet become free."""
    return offer.stock is not None and _pieces(offer, SOLD) >= offer.stock


def is_oversold(offer: Offer) -> bool:
    """Whether more has been paid than there was, in the transaction that made an order paid: the last who paid gets
    the money back.
    """
    if offer.stock is None:
        return False
    _lock(offer)
    return _pieces(offer, SOLD) > offer.stock


def hold_stock(offer: Offer, quantity: int, besides: Order | None = None) -> None:
    """Make sure that so many pieces are free, in the transaction that writes the order which holds them.

    `besides` is an order whose own pieces don't count. Raises OfferNotPayable: sold_out; too_few when fewer are left;
    taken when others are paying for what is left.
    """
    if offer.stock is None:
        return
    _lock(offer)
    sold = _pieces(offer, SOLD, besides)
    if sold >= offer.stock:
        raise OfferNotPayable(OfferObstacle.SOLD_OUT)
    if sold + quantity > offer.stock:
        raise OfferNotPayable(OfferObstacle.TOO_FEW)
    if _pieces(offer, SOLD | PAYABLE_STATUSES, besides) + quantity > offer.stock:
        raise OfferNotPayable(OfferObstacle.TAKEN)


def _lock(offer: Offer) -> None:
    """Let whoever counts this offer's pieces wait for us. SQLite's transaction has the whole database already."""
    Offer.update(updated_at=Offer.updated_at).where(Offer.id == offer.id).execute()


def _pieces(offer: Offer, statuses: frozenset[str], besides: Order | None = None) -> int:
    orders = Order.select(fn.COALESCE(fn.SUM(Order.quantity), 0)).where(
        Order.offer == offer, Order.status.in_(list(statuses))
    )
    return int((orders if besides is None else orders.where(Order.id != besides.id)).scalar())
