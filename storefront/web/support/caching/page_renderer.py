"""Renders public pages without a request of Flask, which takes longer than the page itself."""

from flask import Flask

from storefront.web.support import languages
from storefront.web.support.caching.page_kind import PageContent
from storefront.web.support.caching.public_page import CACHE_CONTROL, etag_of
from storefront.web.support.caching.stored_response import Headers, StoredResponse
from storefront.web.support.security import NO_SOURCES, security_headers, stripe_sources
from storefront.web.support.shop_profile import rendering_shop


class PageRenderer:
    """Makes the same bytes and headers as Flask does with `public_page`; a test compares them."""

    def __init__(self, app: Flask) -> None:
        self._templates, self._config = app.jinja_env, app.config["SHOP"]
        self._urls = app.url_map.bind("localhost")

    def render(self, content: PageContent, address: str, scheme: str) -> StoredResponse:
        """The response for a page at this address (path and query string) in the current language."""
        values = languages.template_values(address, languages.current_language())
        template = self._templates.get_template(content.template)
        with rendering_shop(content.shop, content.legal):
            body = template.render(**values, url_for=self._url_for, **content.values).encode()
        sources = stripe_sources(content.merchant) if content.merchant is not None else NO_SOURCES
        headers: Headers = [
            ("Content-Type", content.content_type),
            ("Content-Length", str(len(body))),
            ("Cache-Control", CACHE_CONTROL),
            ("ETag", etag_of(body)),
            ("Vary", "Accept-Encoding, Cookie, Accept-Language"),
            *security_headers(
                self._config, scheme == "https", sources=sources, frame_ancestors=content.frame_ancestors
            ),
        ]
        return StoredResponse(headers, body)

    def _url_for(self, endpoint: str, **values: object) -> str:
        return self._urls.build(endpoint, values)
