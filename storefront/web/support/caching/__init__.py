"""Public pages and files that are kept in memory as they are sent: compressed, with their headers."""

from storefront.web.support.caching.cached_pages import CachedPages, page_rows
from storefront.web.support.caching.fragments import fragment
from storefront.web.support.caching.page_kind import PageContent, PageKind, Rows
from storefront.web.support.caching.public_page import private_page, public_page
from storefront.web.support.caching.shop_frame import init_app
from storefront.web.support.caching.static_files import StaticFiles, static_folder
from storefront.web.support.caching.stored_response import Headers

__all__ = [
    "CachedPages",
    "Headers",
    "PageContent",
    "PageKind",
    "Rows",
    "StaticFiles",
    "fragment",
    "init_app",
    "page_rows",
    "private_page",
    "public_page",
    "static_folder",
]
