"""What the cache has to know of a page: its addresses, and the query that reads everything that can change it."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

# The rows of a query, as the database driver returned them.
Rows = list[tuple[Any, ...]]


@dataclass(frozen=True)
class PageKind:
    """A kind of page that is the same for every visitor of one language.

    `address` matches path and query string as a whole, such as `/o/tea` or `/?page=2`. Other addresses of the page are
    answered as well, but not from memory.

    `query` returns the SQL and its parameters by the groups of `address`. Its rows must hold everything that the page
    shows and decides by: the page is kept while the query returns equal rows, and the view renders it from these rows
    alone (`page_rows`) without another query. What depends on the time must be computed in the query.

    `is_kept` tells whether a page with such rows is kept; if not, it is rendered for each request.
    `own_language` is the language of the page for visitors who have not chosen one; "" where the browser's counts.
    """

    name: str
    address: re.Pattern[str]
    query: Callable[..., tuple[str, tuple[Any, ...]]]
    is_kept: Callable[[Rows], bool]
    own_language: Callable[[Rows], str]
