"""What the cache has to know of a page: its addresses, the query that can change it, and how it is rendered."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from storefront.models import LegalSettings, Merchant, ShopProfile

# The rows of a query, as the database driver returned them.
Rows = list[tuple[Any, ...]]


@dataclass(frozen=True)
class PageContent:
    """A template with its values. `merchant`: whose Stripe.js the page loads.

    `shop` and `legal` are what the page shows of the shop and of the law.

    `frame_ancestors` are the origins of other websites that may show the page in a frame.

    `is_complete` is False if something is missing that comes without a change of the rows: such a page is not kept.
    """

    template: str
    values: dict[str, object]
    shop: ShopProfile
    merchant: Merchant | None = None
    is_complete: bool = True
    legal: LegalSettings = field(default_factory=LegalSettings)
    content_type: str = "text/html; charset=utf-8"
    frame_ancestors: tuple[str, ...] = ()


@dataclass(frozen=True)
class PageKind:
    """A kind of page that is the same for every visitor of one language.

    `address` matches path and query string as a whole, such as `/o/tea` or `/?page=2`. `parameters` are the names that
    the page depends on: others, such as those of a campaign, are left out before. Other addresses of the page are
    answered as well, but not from memory. `route` is what the log calls it, as Flask does.

    `query` returns the SQL and its parameters by the groups of `address`. Its rows must hold everything that the page
    shows and decides by: the page is kept while the query returns equal rows. What depends on the time must be computed
    in the query or by `also`.

    `content` makes the page from these rows alone, and returns None for rows that only Flask answers, such as those of
    an archived offer. It may be called without a request of Flask. It gets the rows and the groups of `address`.

    `also` is what the page depends on besides its rows, such as today's date; it must cost next to nothing.

    `mark` is a query for the same groups that is cheaper to read than `query`: it returns other rows whenever that one
    does, and `default_language`, `also` and the like read them as well. The page is kept while it returns equal rows;
    `query` is run only to render it.

    `viewed` is the id of the offer whose views are counted; None if it is no offer's page.

    `own_language` is the language of the page for visitors who have not chosen one; "" where the browser's counts, and
    `default_language` is for browsers that ask for none of ours.
    """

    address: re.Pattern[str]
    route: str
    query: Callable[..., tuple[str, tuple[Any, ...]]]
    content: Callable[..., PageContent | None]
    own_language: Callable[[Rows], str]
    default_language: Callable[[Rows], str]
    also: Callable[[Rows], object] = lambda _rows: None
    parameters: frozenset[str] = frozenset()
    viewed: Callable[[Rows], int | None] = lambda _rows: None
    mark: Callable[..., tuple[str, tuple[Any, ...]]] | None = None
