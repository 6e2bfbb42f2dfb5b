"""The response with a page that is the same for every visitor of one language."""

import hashlib

from flask import make_response, request
from werkzeug.wrappers import Response

from storefront.web.support.caching.content_encoding import MIN_SIZE, choose_encoding, compress
from storefront.web.support.languages import current_language

# In the WSGI environment: the language of a page that may be kept.
LANGUAGE_KEY = "storefront.public_page.language"


def public_page(html: str, keep: bool = True) -> Response:
    """Caches may store the page but must revalidate it each time; `CachedPages` keeps it if `keep` says so."""
    response = make_response(html)
    response.cache_control.public = True
    response.cache_control.no_cache = True
    response.vary.add("Accept-Encoding")
    data = response.get_data()
    # Weak, because the compressed response has the same ETag.
    response.set_etag(hashlib.sha256(data).hexdigest()[:32], weak=True)
    if keep:
        request.environ[LANGUAGE_KEY] = current_language()
    encoding = choose_encoding(request.headers.get("Accept-Encoding", "")) if len(data) >= MIN_SIZE else ""
    if encoding:
        response.set_data(compress(data, encoding))
        response.headers["Content-Encoding"] = encoding
    response.make_conditional(request)
    # werkzeug adds it. The web server does too, and that of a page from memory would be old.
    del response.headers["Date"]
    return response
