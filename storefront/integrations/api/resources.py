"""The resources of the API: their rows, newest first, a page at a time, and one by its id."""

import base64
import binascii
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from storefront.errors import ShopError
from storefront.integrations import objects
from storefront.models import REQUESTS_SLUG, Customer, Offer, Order, Subscription

MOST_ROWS, USUAL_ROWS = 100, 50
# Ids are stored as integers of 32 bits.
_LARGEST_ID = 2**31 - 1
MODES = ("test", "live")


class InvalidQuery(ShopError):
    """A parameter of the address is not valid; `parameter` is its name."""

    def __init__(self, parameter: str, words: str) -> None:
        super().__init__(words)
        self.parameter = parameter


@dataclass(frozen=True)
class Resource:
    """`key` is the unique column that the list is sorted by, descending. `find` finds the row of an id.

    `mode` is the column that `?mode=` filters by, None where a row has no mode.
    """

    kind: type
    words: str
    rows: Callable[[], Any]
    key: Any
    make: Callable[[Sequence[Any]], Sequence[Any]]
    find: Callable[[str], Any]
    mode: Any = None


def _offer(given: str) -> Offer | None:
    number = _number(given)
    return Offer.get_or_none(Offer.id == number, Offer.slug != REQUESTS_SLUG) if number else None


def _order(given: str) -> Order | None:
    number = _number(given) - Order.FIRST_NUMBER
    return Order.get_or_none(Order.id == number) if number > 0 else None


def _customer(given: str) -> Customer | None:
    """By the number of the first order; that of another order of the same customer works as well."""
    order = _order(given)
    return Customer.by_email(order.email) if order is not None else None


def _subscription(given: str) -> Subscription | None:
    return Subscription.get_or_none(Subscription.public_id == given)


def _number(given: str) -> int:
    return int(given) if given.isascii() and given.isdigit() and len(given) < 11 and int(given) <= _LARGEST_ID else 0


RESOURCES: dict[str, Resource] = {
    "offers": Resource(
        objects.ApiOffer,
        "offers",
        lambda: Offer.select().where(Offer.slug != REQUESTS_SLUG),
        Offer.id,
        objects.make_offers,
        _offer,
    ),
    "orders": Resource(
        objects.ApiOrder, "orders", Order.select, Order.id, objects.make_orders, _order, mode=Order.mode
    ),
    "customers": Resource(
        objects.ApiCustomer, "customers", Customer.select, Customer.newest_order_id, objects.make_customers, _customer
    ),
    "subscriptions": Resource(
        objects.ApiSubscription,
        "subscriptions",
        Subscription.select,
        Subscription.id,
        objects.make_subscriptions,
        _subscription,
        mode=Subscription.mode,
    ),
}


def read_page(resource: Resource, limit: str, cursor: str, mode: str) -> dict[str, Any]:
    """One page as JSON: `data`, and `next_cursor`, null on the last page. Raises InvalidQuery."""
    most = _limit(limit)
    found = resource.rows()
    if mode:
        if mode not in MODES or resource.mode is None:
            raise InvalidQuery("mode", "mode must be test or live, and is known for orders and subscriptions.")
        found = found.where(resource.mode == mode)
    if cursor:
        found = found.where(resource.key < _place(cursor))
    rows = list(found.order_by(resource.key.desc()).limit(most + 1))
    shown = rows[:most]
    next_cursor = _cursor(getattr(shown[-1], resource.key.name)) if len(rows) > most else None
    return {"data": objects.to_json(resource.make(shown)), "next_cursor": next_cursor}


def read_one(resource: Resource, given: str) -> Any:
    """One object as JSON; None if there is none with this id."""
    row = resource.find(given)
    return None if row is None else objects.to_json(resource.make([row])[0])


def _limit(text: str) -> int:
    if not text:
        return USUAL_ROWS
    number = _number(text)
    if not 1 <= number <= MOST_ROWS:
        raise InvalidQuery("limit", f"limit must be a whole number from 1 to {MOST_ROWS}.")
    return number


def _cursor(key: int) -> str:
    return base64.urlsafe_b64encode(f"k{key}".encode()).decode().rstrip("=")


def _place(cursor: str) -> int:
    try:
        text = base64.urlsafe_b64decode(cursor.encode() + b"=" * (-len(cursor) % 4)).decode()
    except (binascii.Error, UnicodeError, ValueError):
        text = ""
    number = _number(text.removeprefix("k")) if text.startswith("k") else 0
    if not number:
        raise InvalidQuery("cursor", "cursor must be the next_cursor of a page.")
    return number
