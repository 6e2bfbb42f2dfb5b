"""Stock of an offer: an order holds its units from the start of checkout until it is paid or expires."""

from collections.abc import Iterator

from storefront.errors import OfferNotPayable
from storefront.models import (
    OFFER_KEYS_LEFT,
    OPTION_KEYS_LEFT,
    PAYABLE_STATUSES,
    SOLD_STATUSES,
    Counter,
    CounterKind,
    Deliverable,
    DeliverableKind,
    Offer,
    OfferObstacle,
    Order,
    OrderStatus,
    PriceOption,
    keys_by_state,
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


# SQL: a number of pieces from which on pages are the same.
_MANY = f"CASE WHEN o.max_quantity > {MOST_SHOWN} THEN o.max_quantity ELSE {MOST_SHOWN} END"


def _left_shown(row: str, kind: CounterKind, keys: str) -> str:
    """SQL: how many units are left by the stock and by the license keys of this row. NULL without a limit, and one more
    than _MANY where there are more, so that pages stay the same then.
    """
    return (
        f"(CASE WHEN {row}.stock IS NOT NULL OR o.key_lists > 0 THEN"  # noqa: S608
        f" (SELECT CASE WHEN number > {_MANY} THEN {_MANY} + 1 ELSE number END FROM"
        " (SELECT CASE WHEN pieces <= keys OR keys IS NULL THEN pieces ELSE keys END AS number FROM"
        f" (SELECT CASE WHEN {row}.stock IS NOT NULL THEN {_left(row, kind)} END AS pieces, {keys} AS keys)"
        " limits) counted) END)"
    )


# SQL for a query in which the offer is called "o", and its price option "p".
LEFT = _left_shown("o", CounterKind.STOCK, OFFER_KEYS_LEFT)
OPTION_LEFT = _left_shown("p", CounterKind.OPTION_STOCK, OPTION_KEYS_LEFT)


def lock_free_pieces(offer: Offer) -> int | None:
    """How many pieces are neither sold nor held by unpaid orders; None without a limit. Locks the offer's row.

    License keys limit it as a stock does. Where each of its price options is limited, their sum counts as well.
    """
    if not offer.is_limited:
        return None
    offer.lock()
    keys = _free_keys(offer)
    limits = [keys.get(None)]
    if offer.stock is not None:
        limits.append(_free(offer.stock, units_by_status(offer.id)))
    of_options = [_least(_free_of_option(option), keys.get(option.id)) for option in PriceOption.of_offer(offer)]
    if None not in of_options:
        limits.append(sum(number for number in of_options if number is not None))
    return _least(*limits)


def _free_of_option(option: PriceOption) -> int | None:
    if option.stock is None:
        return None
    return _free(option.stock, units_by_status(option.id, CounterKind.OPTION_STOCK))


def _free_keys(offer: Offer) -> dict[int | None, int]:
    """{price option, None for all orders: for how many units there are free license keys}."""
    if not offer.key_lists:
        return {}
    lists = [one for one in Deliverable.of_offer(offer) if one.kind == DeliverableKind.KEYS]
    states, found = keys_by_state([one.id for one in lists]), dict[int | None, int]()
    for one in lists:
        free = states.get(one.id, {}).get("free", 0)
        found[one.option_id] = min(free, found.get(one.option_id, free))
    return found


def _least(*numbers: int | None) -> int | None:
    return min((number for number in numbers if number is not None), default=None)


def _free(stock: int, units: dict[str, int]) -> int:
    return max(0, stock - _count(units, SOLD_STATUSES | PAYABLE_STATUSES))


def is_oversold(order: Order) -> bool:
    """Whether more units are paid than the stock of the order's offer, or of its price option, allows. Call it in the
    transaction that marks the order as paid: the caller refunds it.
    """
    offer = order.offer
    if offer.least_stock is None:
        return False
    offer.lock()
    return any(_count(units, SOLD_STATUSES) > stock for stock, units in _limits(offer, order.option_id))


def hold_stock(offer: Offer, quantity: int, option: PriceOption, excluding: Order | None = None) -> None:
    """Lock the offer and check that `quantity` units are free, also of the price option. The order that the caller
    writes in the same transaction holds them.

    Units of the order `excluding` count as free. Raises OfferNotPayable: sold_out; too_few when fewer units are left;
    taken when unpaid orders hold what is left.
    """
    if offer.least_stock is None:
        return
    offer.lock()
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


def _count(units: dict[str, int], statuses: frozenset[OrderStatus]) -> int:
    return sum(units.get(status, 0) for status in statuses)
