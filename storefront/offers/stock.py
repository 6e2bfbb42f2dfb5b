"""Stock of an offer: an order holds its units from the start of checkout until it is paid or expires."""

from storefront.errors import OfferNotPayable
from storefront.models import (
    PAYABLE_STATUSES,
    SOLD_STATUSES,
    Counter,
    CounterKind,
    Offer,
    OfferObstacle,
    Order,
    OrderStatus,
    units_by_status,
)

# SQL: whether every unit is sold, for a query in which the offer is called "o". Never NULL. Units held by unpaid orders
# do not count: they may become available again.
_SOLD = ", ".join(f"'{status}'" for status in sorted(SOLD_STATUSES))
SOLD_OUT = (
    f'(o.stock IS NOT NULL AND (SELECT COALESCE(SUM(number), 0) FROM "{Counter._meta.table_name}"'  # noqa: S608
    f" WHERE kind = '{CounterKind.STOCK}' AND subject = o.id AND status IN ({_SOLD})) >= o.stock)"
)


def is_oversold(offer: Offer) -> bool:
    """Whether more units are paid than the stock allows. Call it in the transaction that marks an order as paid: the
    caller refunds that order.
    """
    if offer.stock is None:
        return False
    _lock(offer)
    return _count(units_by_status(offer.id), SOLD_STATUSES) > offer.stock


def hold_stock(offer: Offer, quantity: int, excluding: Order | None = None) -> None:
    """Lock the offer and check that `quantity` units are free. The order that the caller writes in the same transaction
    holds them.

    Units of the order `excluding` count as free. Raises OfferNotPayable: sold_out; too_few when fewer units are left;
    taken when unpaid orders hold what is left.
    """
    if offer.stock is None:
        return
    _lock(offer)
    units = units_by_status(offer.id)
    if excluding is not None:
        # As its row is now, which is what the counters have.
        own = Order.select(Order.status, Order.quantity).where(Order.id == excluding.id, Order.offer == offer).first()
        if own is not None:
            units[own.status] = units.get(own.status, 0) - own.quantity
    sold = _count(units, SOLD_STATUSES)
    if sold >= offer.stock:
        raise OfferNotPayable(OfferObstacle.SOLD_OUT)
    if sold + quantity > offer.stock:
        raise OfferNotPayable(OfferObstacle.TOO_FEW)
    if _count(units, SOLD_STATUSES | PAYABLE_STATUSES) + quantity > offer.stock:
        raise OfferNotPayable(OfferObstacle.TAKEN)


def _lock(offer: Offer) -> None:
    """Lock the offer's row until the transaction ends (PostgreSQL). In SQLite the transaction locks the database."""
    Offer.update(updated_at=Offer.updated_at).where(Offer.id == offer.id).execute()


def _count(units: dict[str, int], statuses: frozenset[OrderStatus]) -> int:
    return sum(units.get(status, 0) for status in statuses)
