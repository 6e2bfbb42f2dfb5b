"""What the admin's lists can be sorted by: the newest first, or what the head of another column says."""

from collections.abc import Callable, Container, Iterable
from typing import Any

from storefront.models.search.pages import Source, source_in_parts, source_of

# Sorts by time, which every search has. A search for a text has no others: no index of a column knows the text.
BY_TIME = ("", "oldest")
MODES = ("live", "test")
# {sort: keys that the list is sorted by, and whether the greatest ones are first}
Sorts = dict[str, tuple[tuple[Any, ...], bool]]


def sorts_of(key: Any, status: Any, amount: tuple[Any, ...] = ()) -> Sorts:
    """The sorts of a list of which `key` is the id. `amount` are a currency and an amount: currencies are not mixed."""
    sorts: Sorts = {"": ((key,), True), "oldest": ((key,), False)}
    sorts |= {"status": ((status, key), True), "status_up": ((status, key), False)}
    if amount:
        sorts |= {"amount": ((*amount, key), True), "amount_up": ((*amount, key), False)}
    return sorts


def sort_in_force(sort: str, sorts: Container[str], text: str) -> str:
    """The sort that the list has: newest first if there is no such sort, or none for a search with a text."""
    return sort if sort in sorts and (not text or sort in BY_TIME) else ""


def sorted_source(sort: str, sorts: Sorts, filtered: Callable[..., Any], **values: tuple[str, Iterable[str]]) -> Source:
    """The rows of a list without a text. `filtered` gives its query, limited further by the columns of its arguments.

    `values` are for the index of the amounts, which begins with those columns: the value that the search has, "" for
    none, and all that there are.
    """
    keys, descending = sorts[sort]
    if not sort.startswith("amount"):
        return source_of(filtered(), *keys, descending=descending)
    limits: list[dict[str, str]] = [{}]
    for name, (chosen, others) in values.items():
        limits = [limit | {name: value} for limit in limits for value in ([chosen] if chosen else others)]
    return source_in_parts(filtered(), [filtered(**limit) for limit in limits], *keys, descending=descending)
