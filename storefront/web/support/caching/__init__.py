"""Public pages and files that are kept in memory as they are sent: compressed, with their headers."""

from storefront.web.support.caching.cached_pages import CachedPages, page_rows
from storefront.web.support.caching.content_encoding import choose_encoding, compress
from storefront.web.support.caching.page_kind import PageKind, Rows
from storefront.web.support.caching.public_page import public_page

__all__ = ["CachedPages", "PageKind", "Rows", "choose_encoding", "compress", "page_rows", "public_page"]
