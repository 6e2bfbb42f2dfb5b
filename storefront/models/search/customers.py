"""The list of customers, and one customer. All orders with the same email address belong to one customer."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from functools import reduce
from operator import and_
from typing import Any, ClassVar

from peewee import Case, ModelSelect, Value, fn

from storefront.models import CUSTOMER_TEXTS, Customer, CustomerTotal, Order
from storefront.models.search.dates import created_between, first_id, ids_beside, last_id
from storefront.models.search.full_text import TextSearch
from storefront.models.search.orders import order_text
from storefront.models.search.pages import FIRST_PAGE, Page, Place, Source, read_all, read_page, source_of
from storefront.models.search.ranges import source_of_range
from storefront.models.search.sorting import BY_TIME
from storefront.money import Money

# What the pages show of a customer's newest order.
_SHOWN = (Order.id, Order.token, Order.name, Order.email, Order.language, Order.created_at)


@dataclass(frozen=True)
class Paid:
    """What a customer has paid in one mode and one currency, and what was refunded."""

    mode: str
    total: Money
    refunded: Money


@dataclass(frozen=True)
class CustomerSummary:
    """`newest` is the latest order, with the name and the spelling of the email address given there."""

    newest: Order
    orders: int
    running: int  # number of running subscriptions
    paid: list[Paid]

    @property
    def last_order_at(self) -> datetime:
        """Time of the latest order."""
        at: datetime = self.newest.created_at
        return at


@dataclass(frozen=True)
class CustomerSearch:
    """`text` is a part of the email address or of a name that the customer has used; "" finds all customers.

    The latest order of each was made from `since` on and before `until`. `sort` is one of SORTS. In a `mode` only the
    orders, payments and subscriptions of that mode count, with a `status` or an offer only the orders that have them.
    """

    SORTS: ClassVar[tuple[str, ...]] = ("", "oldest", "orders", "fewest")

    text: str = ""
    sort: str = ""
    since: datetime | None = None
    until: datetime | None = None
    mode: str = ""
    status: str = ""
    offer_id: int = 0

    def page(self, place: Place = FIRST_PAGE) -> Page[CustomerSummary]:
        """The customers in their order; by default the latest order first."""
        if self.is_by_orders:
            return self._page_by_orders(place)
        newest, orders = _columns_of(self.mode)
        by_orders, descending = self.sort in ("orders", "fewest"), self.sort in ("", "orders")
        keys: tuple[Any, ...] = (orders, newest) if by_orders else (newest,)
        if by_orders and not self.text and (self.since or self.until):
            source, place = source_of_range(Customer.select(), (orders, newest), self._ends, place, descending)
        else:
            found = self._found(newest, keys[0])
            source = self._text.source(found, *keys) if self.text else source_of(found, *keys)
            source = replace(source, descending=descending)
        page = read_page(source, _with_newest_order(self.mode), *keys, place=place)
        return Page(_described(page.rows, self.mode), page.total, page.previous, page.next)

    @property
    def is_by_orders(self) -> bool:
        """Whether only some of their orders count."""
        return bool(self.status or self.offer_id)

    @property
    def sorts(self) -> tuple[str, ...]:
        """The sorts that this list can have."""
        return BY_TIME if self.is_by_orders else self.SORTS

    def iterate(self) -> Iterator[list[CustomerSummary]]:
        """All matches, the latest order first whatever the sort is; as `OrderSearch.iterate`."""
        if self.is_by_orders:
            source = replace(self._source_by_orders(FIRST_PAGE), descending=True)
            for orders in read_all(source, _orders_with_customers(), Order.id):
                yield _described(_customers_of(orders), self.mode)
            return
        newest, _orders = _columns_of(self.mode)
        found = self._found(newest, newest)
        source = self._text.source(found, newest) if self.text else source_of(found, newest)
        for customers in read_all(replace(source, descending=True), _with_newest_order(self.mode), newest):
            yield _described(customers, self.mode)

    def _page_by_orders(self, place: Place) -> Page[CustomerSummary]:
        """The list of the orders that count, of each customer the newest one."""
        page = read_page(self._source_by_orders(place), _orders_with_customers(), Order.id, place=place)
        return Page(_described(_customers_of(page.rows), self.mode), page.total, page.previous, page.next)

    def _source_by_orders(self, place: Place) -> Source:
        descending = self.sort != "oldest"
        if self.text:
            source = order_text(self.text, Order.id).source(self._newest_orders(), Order.id)
        else:
            source = source_of(self._newest_orders(ids_beside(place, descending)), Order.id)
            # The newest orders first: few of the oldest ones are their customer's newest.
            source = source.counting_parts([self._newest_orders()], Order.id.desc())
        return replace(source, descending=descending)

    def _newest_orders(self, ids: tuple[bool, bool] = (True, True)) -> Any:
        other = Order.alias()
        same = (other.email_folded == Order.email_folded) & (fn.LOWER(other.email) == fn.LOWER(Order.email))
        # In a CASE, as otherwise SQLite would read all orders of a status instead of those of the customer.
        counts = Case(None, [(reduce(and_, self._conditions(other)), 1)])
        newest = other.select(other.id).where(same, counts == 1).order_by(other.id.desc()).limit(1)
        query = Order.select().where(*self._conditions(Order), Order.id == newest)
        return created_between(query, Order, self.since, self.until, ids)

    def _conditions(self, orders: Any) -> list[Any]:
        """What the orders must have that count."""
        limits = ((orders.mode, self.mode), (orders.status, self.status), (orders.offer, self.offer_id))
        return [column == value for column, value in limits if value]

    @property
    def is_too_short(self) -> bool:
        """Whether the text is too short to find anything."""
        return bool(self.text) and self._text.is_too_short

    @property
    def _ends(self) -> tuple[Any, Any]:
        """The newest order of a customer is from the first one of these to the last."""
        first = Value(1) if self.since is None else first_id(Order, self.since)
        return first, Value(2**62) if self.until is None else last_id(Order, self.until)

    def _found(self, newest: Any, of_mode: Any) -> Any:
        query = Customer.select()
        if self.mode:
            query = query.where(of_mode > 0)
        if self.since is not None:
            query = query.where(newest >= first_id(Order, self.since))
        return query if self.until is None else query.where(newest <= last_id(Order, self.until))

    @property
    def _text(self) -> TextSearch:
        return TextSearch(self.text, Customer, CUSTOMER_TEXTS, Customer.id)


def chosen_customers(tokens: list[str]) -> list[CustomerSummary]:
    """The customers whose newest orders have these tokens, the latest order first. One query."""
    query = _with_newest_order().where(Order.token.in_(tokens)).order_by(Customer.newest_order_id.desc())
    found = list(query) if tokens else []
    return _described(found)


def find_customer(order: Order) -> CustomerSummary:
    """The customer who made this order. Raises Order.DoesNotExist if it is gone. One query."""
    return find_customer_by_email(order.email)


def find_customer_by_email(email: str) -> CustomerSummary:
    """The customer with this address. Raises Order.DoesNotExist if there is none. One query."""
    found = list(_with_newest_order().where(Customer.email == email.lower()))
    if not found:
        raise Order.DoesNotExist  # type: ignore[attr-defined]  # Peewee adds it to each model
    return _described(found)[0]


def _columns_of(mode: str) -> tuple[Any, Any]:
    """The newest order and the number of orders in a mode, or of all."""
    names = (f"newest_{mode}_id", f"{mode}_orders") if mode else ("newest_order_id", "orders")
    return getattr(Customer, names[0]), getattr(Customer, names[1])


def _with_newest_order(mode: str = "") -> "ModelSelect[Customer]":
    """A query for customers, each with `newest`, of which only what the pages show is read, and `totals`."""
    newest, orders = _columns_of(mode)
    return Customer.select(Customer.id, Customer.email, newest, orders, CustomerTotal.of_customer(), *_SHOWN).join(
        Order, on=(Order.id == newest), attr="newest"
    )


def _orders_with_customers() -> Any:
    """A query for orders, each with `of_customer` and its `totals`."""
    return Order.select(*_SHOWN, Customer, CustomerTotal.of_customer()).join(
        Customer, on=(Customer.email == fn.LOWER(Order.email)), attr="of_customer"
    )


def _customers_of(orders: Iterable[Order]) -> list[Any]:
    """The customers of such orders, each with `newest`."""
    rows = []
    for order in orders:
        customer: Any = vars(order)["of_customer"]
        customer.newest, customer.totals = order, vars(order)["totals"]
        rows.append(customer)
    return rows


def _described(customers: Iterable[Any], mode: str = "") -> list[CustomerSummary]:
    """The customers, each with its `newest` order, with what they have paid."""
    orders = _columns_of(mode)[1].name
    return [
        CustomerSummary(customer.newest, getattr(customer, orders), *_paid_and_running(customer.totals, mode))
        for customer in customers
    ]


def _paid_and_running(totals: str | None, mode: str) -> tuple[int, list[Paid]]:
    """The number of running subscriptions and what was paid, of one mode or of both."""
    sums = [one for one in CustomerTotal.sums_in(totals) if mode in ("", one.mode)]
    running = sum(one.running for one in sums if not one.currency)
    paid = [
        Paid(one.mode, Money(one.paid, one.currency), Money(one.refunded, one.currency))
        for one in sums
        if one.currency and one.paid
    ]
    return running, paid
