"""Stock of an offer: an order holds its units from the start of checkout until it is paid or expires."""

from collections.abc import Iterator

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
    PriceOption,
    units_by_status,
)

_SOLD = ", ".join(f"'{status}'" for status in sorted(SOLD_STATUSES))
# Pages say how many pieces are left when there are so few.
MOST_SHOWN = 10


def _left(row: str, kind: CounterKind) -> str:
    """SQL: how many pieces of this row are left. Units held by unpaid orders count: they may become available again."""
    return (
        f'(SELECT CAST({row}.stock - COALESCE(SUM(number), 0) AS INTEGER) FROM "{Counter._meta.table_name}"'  # noqa: S608
        f" WHERE kind = '{kind}' AND subject = {row}.id AND status IN ({_SOLD}))"
    )


# SQL: the same for a query in which the offer is called "o"; NULL without a limit, and one more than MOST_SHOWN where
# there are more, so that pages stay the same then.
LEFT = (
    f"(SELECT CASE WHEN o.stock IS NULL THEN NULL WHEN number > {MOST_SHOWN} THEN {MOST_SHOWN + 1} ELSE number END"  # noqa: S608
    f" FROM (SELECT {_left('o', CounterKind.STOCK)} AS number) counted)"
)
# SQL: whether every unit of a price option is sold, which is called "p". Never NULL.
OPTION_SOLD_OUT = f"(p.stock IS NOT NULL AND {_left('p', CounterKind.OPTION_STOCK)} <= 0)"


def lock_free_pieces(offer: Offer) -> int | None:
    """How many pieces are neither sold nor held by unpaid orders; None without a limit. Locks the offer's row.

    Where its price options have a stock of their own, it counts as well.
    """
    if offer.least_stock is None:
        return None
    _lock(offer)
    limits = []
    if offer.stock is not None:
        limits.append(_free(offer.stock, units_by_status(offer.id)))
    options = PriceOption.of_offer(offer)
    if all(option.stock is not None for option in options):
        kind = CounterKind.OPTION_STOCK
        limits.append(sum(_free(option.stock or 0, units_by_status(option.id, kind)) for option in options))
    return min(limits, default=None)


def _free(stock: int, units: dict[str, int]) -> int:
    return max(0, stock - _count(units, SOLD_STATUSES | PAYABLE_STATUSES))


def is_oversold(order: Order) -> bool:
    """Whether more units are paid than the stock of the order's offer, or of its price option, allows. Call it in the
    transaction that marks the order as paid: the caller refunds it.
    """
    offer = order.offer
    if offer.least_stock is None:
        return False
    _lock(offer)
    return any(_count(units, SOLD_STATUSES) > stock for stock, units in _limits(offer, order.option_id))


def hold_stock(offer: Offer, quantity: int, option: PriceOption, excluding: Order | None = None) -> None:
    """Lock the offer and check that `quantity` units are free, also of the price option. The order that the caller
    writes in the same transaction holds them.

    Units of the order `excluding` count as free. Raises OfferNotPayable: sold_out; too_few when fewer units are left;
    taken when unpaid orders hold what is left.
    """
    if offer.least_stock is None:
        return
    _lock(offer)
    own = None
    if excluding is not None:
        # As its row is now, which is what the counters have.
        own = (
            Order.select(Order.status, Order.quantity, Order.option_id)
            .where(Order.id == excluding.id, Order.offer == offer)
            .first()
        )
    for stock, units in _limits(offer, option.id, own):
        _require_free(units, stock, quantity)


def _require_free(units: dict[str, int], stock: int, quantity: int) -> None:
    sold = _count(units, SOLD_STATUSES)
    if sold >= stock:
        raise OfferNotPayable(OfferObstacle.SOLD_OUT)
    if sold + quantity > stock:
        raise OfferNotPayable(OfferObstacle.TOO_FEW)
    if _count(units, SOLD_STATUSES | PAYABLE_STATUSES) + quantity > stock:
        raise OfferNotPayable(OfferObstacle.TAKEN)


def _limits(offer: Offer, option_id: int | None, own: Order | None = None) -> Iterator[tuple[int, dict[str, int]]]:
    """The stock of the offer and that of its option, where they have one, with their units by status but `own`."""
    if offer.stock is not None:
        yield offer.stock, _without(units_by_status(offer.id), own)
    option = PriceOption.get_or_none(PriceOption.id == option_id) if option_id is not None else None
    if option is not None and option.stock is not None:
        own = own if own is not None and own.option_id == option_id else None
        yield option.stock, _without(units_by_status(option.id, CounterKind.OPTION_STOCK), own)


def _without(units: dict[str, int], own: Order | None) -> dict[str, int]:
    return units if own is None else units | {own.status: units.get(own.status, 0) - own.quantity}


def _lock(offer: Offer) -> None:
    """Lock the offer's row until the transaction ends (PostgreSQL). In SQLite the transaction locks the database."""
    Offer.update(updated_at=Offer.updated_at).where(Offer.id == offer.id).execute()


def _count(units: dict[str, int], statuses: frozenset[OrderStatus]) -> int:
    return sum(units.get(status, 0) for status in statuses)
