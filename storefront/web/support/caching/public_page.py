"""The response with a page that is the same for every visitor of one language."""

import hashlib

from flask import make_response, render_template, request
from werkzeug.wrappers import Response

from storefront.web.support.caching.content_encoding import MIN_SIZE, choose_encoding, compress
from storefront.web.support.caching.page_kind import PageContent
from storefront.web.support.security import allow_frames_on, allow_stripe, keep_private
from storefront.web.support.shop_profile import use_legal, use_profile

# Caches may store the page but must revalidate it each time.
CACHE_CONTROL = "public, no-cache"


def public_page(content: PageContent) -> Response:
    """Render the page as Flask's response. `CachedPages` sends the same without Flask."""
    if content.merchant is not None:
        allow_stripe(content.merchant)
    if content.frame_ancestors:
        allow_frames_on(content.frame_ancestors)
    use_profile(content.shop)
    use_legal(content.legal)
    response = make_response(render_template(content.template, **content.values))
    response.content_type = content.content_type
    data = response.get_data()
    response.headers["Cache-Control"] = CACHE_CONTROL
    response.headers["ETag"] = etag_of(data)
    response.vary.add("Accept-Encoding")
    encoding = choose_encoding(request.headers.get("Accept-Encoding", "")) if len(data) >= MIN_SIZE else ""
    if encoding:
        response.set_data(compress(data, encoding))
        response.headers["Content-Encoding"] = encoding
    response.make_conditional(request)
    # werkzeug adds it. The web server does too.
    del response.headers["Date"]
    return response


def private_page(content: PageContent) -> Response:
    """Render such a page for one person only, such as a preview. No cache may have it."""
    if content.merchant is not None:
        allow_stripe(content.merchant)
    use_profile(content.shop)
    use_legal(content.legal)
    return keep_private(make_response(render_template(content.template, **content.values)))


def etag_of(data: bytes) -> str:
    """Weak, because the compressed response has the same ETag."""
    return f'W/"{hashlib.sha256(data).hexdigest()[:32]}"'
