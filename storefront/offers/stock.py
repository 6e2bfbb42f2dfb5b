"""Stock of an offer: an order holds its units from the start of checkout until it is paid or expires."""

from peewee import fn

from storefront.errors import OfferNotPayable
from storefront.models import PAYABLE_STATUSES, SETTLED_STATUSES, Offer, OfferObstacle, Order, OrderStatus

# Units of fully refunded orders can be sold again.
SOLD_STATUSES = SETTLED_STATUSES - {OrderStatus.REFUNDED}


def is_sold_out(offer: Offer) -> bool:
    """Whether every unit is sold. Units held by unpaid orders do not count: they may become available again."""
    return offer.stock is not None and _count_units(offer, SOLD_STATUSES) >= offer.stock


def is_oversold(offer: Offer) -> bool:
    """Whether more units are paid than the stock allows. Call it in the transaction that marks an order as paid: the
    caller refunds that order.
    """
    if offer.stock is None:
        return False
    _lock(offer)
    return _count_units(offer, SOLD_STATUSES) > offer.stock


def hold_stock(offer: Offer, quantity: int, excluding: Order | None = None) -> None:
    """Lock the offer and check that `quantity` units are free. The order that the caller writes in the same transaction
    holds them.

    Units of the order `excluding` count as free. Raises OfferNotPayable: sold_out; too_few when fewer units are left;
    taken when unpaid orders hold what is left.
    """
    if offer.stock is None:
        return
    _lock(offer)
    sold = _count_units(offer, SOLD_STATUSES, excluding)
    if sold >= offer.stock:
        raise OfferNotPayable(OfferObstacle.SOLD_OUT)
    if sold + quantity > offer.stock:
        raise OfferNotPayable(OfferObstacle.TOO_FEW)
    if _count_units(offer, SOLD_STATUSES | PAYABLE_STATUSES, excluding) + quantity > offer.stock:
        raise OfferNotPayable(OfferObstacle.TAKEN)


def _lock(offer: Offer) -> None:
    """Lock the offer's row until the transaction ends (PostgreSQL). In SQLite the transaction locks the database."""
    Offer.update(updated_at=Offer.updated_at).where(Offer.id == offer.id).execute()


def _count_units(offer: Offer, statuses: frozenset[str], excluding: Order | None = None) -> int:
    orders = Order.select(fn.COALESCE(fn.SUM(Order.quantity), 0)).where(
        Order.offer == offer, Order.status.in_(list(statuses))
    )
    return int((orders if excluding is None else orders.where(Order.id != excluding.id)).scalar())
