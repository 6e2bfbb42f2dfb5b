"""What search engines ask for: the addresses of the shop's pages, and what they may open."""

from flask import Blueprint, Response, abort, make_response, render_template
from werkzeug.wrappers import Response as BaseResponse

from storefront import runtime
from storefront.models import ShopProfile
from storefront.offers import PER_FILE, sitemap_entries, sitemap_parts, sitemap_query
from storefront.web import support
from storefront.web.support import PageContent, Rows

blueprint = Blueprint("search_engines", __name__)

XML = "application/xml; charset=utf-8"


def sitemap_page(rows: Rows, part: str | None) -> PageContent | None:
    """The file with these offers. None for a part without any, and if there are too many for the one file."""
    if len(rows) > PER_FILE or (part and not rows):
        return None
    # The first file has the shop's home page too.
    values = {
        "offers": sitemap_entries(rows),
        "home": part in (None, "0"),
        "public_url": runtime.current().config.public_url,
    }
    return PageContent("shop/sitemap.xml", values, ShopProfile(), content_type=XML)


@blueprint.get("/sitemap.xml")
def sitemap() -> BaseResponse:
    """The published and listed offers; in a shop with more than `PER_FILE` the addresses of several such files."""
    content = sitemap_page(support.page_rows(lambda: sitemap_query(None)), None)
    if content is None:
        values: dict[str, object] = {"parts": sitemap_parts(), "public_url": runtime.current().config.public_url}
        content = PageContent("shop/sitemap_index.xml", values, ShopProfile(), content_type=XML)
    return support.public_page(content)


@blueprint.get("/sitemap-<int:part>.xml")
def sitemap_part(part: int) -> BaseResponse:
    """One of several files."""
    if part > 9_999:
        abort(404)
    content = sitemap_page(support.page_rows(lambda: sitemap_query(part)), str(part))
    return support.public_page(content) if content is not None else abort(404)


@blueprint.get("/robots.txt")
def robots() -> Response:
    """Everything but the admin. Customers' pages say themselves that they are not for search engines."""
    response = make_response(render_template("shop/robots.txt", public_url=runtime.current().config.public_url))
    response.content_type = "text/plain; charset=utf-8"
    response.cache_control.public = True
    response.cache_control.no_cache = True
    return response
