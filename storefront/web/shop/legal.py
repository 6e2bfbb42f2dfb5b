"""The shop's own legal texts as public pages."""

from flask import Blueprint, abort
from werkzeug.wrappers import Response

from storefront.models import LegalText
from storefront.offers import legal_text_query
from storefront.web import support
from storefront.web.shop.cached_pages import legal_page

blueprint = Blueprint("legal", __name__, url_prefix="/legal")


@blueprint.get("/<any(terms, privacy, refunds):text>")
def show(text: str) -> Response:
    """One text, in the page's language or another that has it. 404 where there is none."""
    asked = LegalText(text)
    content = legal_page(support.page_rows(lambda: legal_text_query(asked)), asked)
    if content is None:
        abort(404)
    return support.public_page(content)
