"""The public pages that are kept in memory: the list of offers and the page of an offer."""

import re

from storefront.offers import is_published, listing_query, offer_language, offer_query
from storefront.web.support import PageKind

CACHED_PAGES = (
    PageKind("offer", re.compile(r"/o/([a-z0-9-]{1,80})"), offer_query, is_published, offer_language),
    PageKind(
        "offers",
        re.compile(r"/(?:\?page=([1-9][0-9]{0,3}))?"),
        lambda page: listing_query(int(page or 1)),
        # There is always a first page, also without offers.
        lambda _rows: True,
        lambda _rows: "",
    ),
)
